-- 1,000 members, 100 resources, 10,000 interactions of the last 30 days.
USE SCHEMA UNDERSTOOD_DEMO.DYNAMIC_TABLES;

CREATE TABLE MEMBERS AS
SELECT * FROM TABLE(gen_members(1000)) ORDER BY 1;

CREATE TABLE RESOURCES AS
SELECT * FROM TABLE(gen_resources(100)) ORDER BY 1;

CREATE TABLE RAW_INTERACTIONS AS
SELECT * FROM TABLE(gen_interactions(10000, 30));

COMMENT ON TABLE MEMBERS IS 'Who uses the resources';

COMMENT ON TABLE RESOURCES IS 'What is read, watched and used';

COMMENT ON TABLE RAW_INTERACTIONS IS 'One event per row, as the web and mobile clients send it';
