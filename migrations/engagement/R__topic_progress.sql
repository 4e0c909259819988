-- What programme managers read: members reached by topic, against the goal.
CREATE OR REPLACE VIEW UNDERSTOOD_DEMO.DYNAMIC_TABLES.TOPIC_PROGRESS AS
SELECT
    g.topic AS topic,
    g.goal_members AS goal_members,
    COUNT(DISTINCT d.member_id)::NUMBER(18, 0) AS members_reached,
    (COUNT(DISTINCT d.member_id) / g.goal_members)::NUMBER(12, 4) AS progress
FROM UNDERSTOOD_DEMO.DYNAMIC_TABLES.TOPIC_GOALS g
LEFT JOIN UNDERSTOOD_DEMO.DYNAMIC_TABLES.SESSION_ENGAGEMENT_DETAIL d ON d.topic = g.topic
GROUP BY g.topic, g.goal_members;
