-- A title has several genres: GENRE, which had one, is deprecated. And budgets passed a billion.
ALTER TABLE SONY_DE.DIMS.DIM_TITLES ALTER COLUMN budget_usd SET DATA TYPE NUMBER(12, 0);

ALTER TABLE SONY_DE.DIMS.DIM_TITLES ADD COLUMN genres ARRAY;

UPDATE SONY_DE.DIMS.DIM_TITLES SET genres = ARRAY_CONSTRUCT(genre) WHERE genre IS NOT NULL;

COMMENT ON COLUMN SONY_DE.DIMS.DIM_TITLES.genre IS 'Deprecated since 1.1.0 of the contract: use GENRES';
