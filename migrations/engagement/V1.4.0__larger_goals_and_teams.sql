-- 9,999 members were not enough for a goal, and OWNER says too little: TEAM_EMAIL replaces it.
USE SCHEMA UNDERSTOOD_DEMO.DYNAMIC_TABLES;

ALTER TABLE TOPIC_GOALS ALTER COLUMN goal_members SET DATA TYPE NUMBER(9, 0);

ALTER TABLE TOPIC_GOALS ADD COLUMN team_email VARCHAR(120);

UPDATE TOPIC_GOALS SET team_email = LOWER(owner) || '@understood.example';

COMMENT ON COLUMN TOPIC_GOALS.owner IS 'Deprecated since 1.1.0 of the contract: use TEAM_EMAIL';
