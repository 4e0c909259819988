-- Programme managers set a goal for each topic.
USE SCHEMA UNDERSTOOD_DEMO.DYNAMIC_TABLES;

CREATE TABLE TOPIC_GOALS (
    topic VARCHAR(20) NOT NULL PRIMARY KEY,
    goal_members NUMBER(4, 0) NOT NULL,
    owner VARCHAR(40)
)
COMMENT = 'How many members each topic should reach';

INSERT INTO TOPIC_GOALS (topic, goal_members, owner)
VALUES
    ('focus', 400, 'Learning'),
    ('reading', 500, 'Learning'),
    ('learning', 300, 'Learning'),
    ('parenting', 600, 'Family'),
    ('school', 450, 'Schools');
