-- Titles that the stream tells of: the latest record of the CMS, with the latest of IMDb.
CREATE OR REPLACE PROCEDURE SONY_DE.STG.LOAD_DIM_TITLES()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'Merges new records of the CMS and of IMDb into DIM_TITLES'
AS
$$
DECLARE
  merged NUMBER;
BEGIN
  MERGE INTO SONY_DE.DIMS.DIM_TITLES t
  USING (
    WITH usable AS (
      SELECT source, record, loaded_at, record_id
      FROM SONY_DE.RAW.TITLE_METADATA
      WHERE SONY_DE.STG.TITLE_PROBLEM(source, record) IS NULL
    ),
    told AS (
      SELECT record:title_id::VARCHAR AS title_id, record:imdb_id::VARCHAR AS imdb_id FROM SONY_DE.RAW.RAW_TITLE_STREAM
    ),
    cms AS (
      SELECT
        record:title_id::VARCHAR AS title_id,
        record:imdb_id::VARCHAR AS imdb_id,
        LEFT(record:title::VARCHAR, 200) AS title,
        LEFT(record:franchise::VARCHAR, 60) AS franchise,
        record:genres::ARRAY AS genres,
        TRY_TO_DATE(record:release_date::VARCHAR) AS release_date,
        TRY_TO_NUMBER(record:budget_usd::VARCHAR, 12, 0) AS budget_usd,
        loaded_at
      FROM usable
      WHERE source = 'CMS'
      QUALIFY ROW_NUMBER() OVER (PARTITION BY record:title_id::VARCHAR ORDER BY loaded_at DESC, record_id DESC) = 1
    ),
    imdb AS (
      SELECT
        record:imdb_id::VARCHAR AS imdb_id,
        TRY_TO_NUMBER(record:rating::VARCHAR, 3, 1) AS imdb_score,
        TRY_TO_NUMBER(record:votes::VARCHAR, 12, 0) AS imdb_votes,
        loaded_at
      FROM usable
      WHERE source = 'IMDB'
      QUALIFY ROW_NUMBER() OVER (PARTITION BY record:imdb_id::VARCHAR ORDER BY loaded_at DESC, record_id DESC) = 1
    )
    SELECT c.*, i.imdb_score, i.imdb_votes, GREATEST(c.loaded_at, COALESCE(i.loaded_at, c.loaded_at)) AS updated_at
    FROM cms c
    LEFT JOIN imdb i ON i.imdb_id = c.imdb_id
    WHERE c.title_id IN (SELECT title_id FROM told) OR c.imdb_id IN (SELECT imdb_id FROM told)
  ) s
  ON t.title_id = s.title_id
  WHEN MATCHED THEN UPDATE SET
    imdb_id = s.imdb_id,
    title = s.title,
    franchise = s.franchise,
    genre = LEFT(s.genres[0]::VARCHAR, 60),
    genres = s.genres,
    release_date = s.release_date,
    budget_usd = s.budget_usd,
    imdb_score = s.imdb_score,
    imdb_votes = s.imdb_votes,
    updated_at = s.updated_at
  WHEN NOT MATCHED THEN INSERT (title_id, imdb_id, title, franchise, genre, genres, release_date, budget_usd, imdb_score, imdb_votes, updated_at)
    VALUES (s.title_id, s.imdb_id, s.title, s.franchise, LEFT(s.genres[0]::VARCHAR, 60), s.genres, s.release_date, s.budget_usd, s.imdb_score,
      s.imdb_votes, s.updated_at);
  merged := SQLROWCOUNT;
  RETURN merged || ' titles merged';
END
$$;
