-- Five layers. Only the last one says how fresh it must be; the others refresh when it needs them.
-- Counts and averages are cast: Snowflake documents no precision for them, and consumers were promised one.
USE SCHEMA UNDERSTOOD_DEMO.DYNAMIC_TABLES;

-- 1: events into sessions
CREATE OR REPLACE DYNAMIC TABLE MEMBER_SESSIONS
    LAG = 'DOWNSTREAM'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    event_data:session_id::VARCHAR as session_id,
    member_id,
    MIN(event_data:timestamp::TIMESTAMP) as session_start,
    MAX(event_data:timestamp::TIMESTAMP) as session_end,
    COUNT(*)::NUMBER(18, 0) as event_count,
    SUM(event_data:engagement_seconds::NUMBER) as total_engagement_seconds,
    ARRAY_AGG(DISTINCT event_data:resource_id::NUMBER) as resources_viewed,
    MAX(event_data:device_type::VARCHAR) as device_type
FROM RAW_INTERACTIONS
GROUP BY event_data:session_id, member_id;

-- 2: resources with their category
CREATE OR REPLACE DYNAMIC TABLE RESOURCE_CATALOG
    LAG = 'DOWNSTREAM'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    resource_id,
    title,
    content_type,
    topic,
    difficulty_level,
    publish_date,
    estimated_minutes,
    CASE
        WHEN content_type IN ('video', 'webinar') THEN 'multimedia'
        WHEN content_type IN ('article', 'guide') THEN 'reading'
        ELSE 'interactive'
    END as content_category,
    DATEDIFF('day', publish_date, CURRENT_DATE())::NUMBER(9, 0) as days_since_publish
FROM RESOURCES;

-- 3: who used what, one row for each session and resource
CREATE OR REPLACE DYNAMIC TABLE SESSION_ENGAGEMENT_DETAIL
    LAG = 'DOWNSTREAM'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    s.session_id,
    s.member_id,
    m.name as member_name,
    m.member_type,
    m.region,
    s.session_start,
    s.session_end,
    s.event_count,
    s.total_engagement_seconds,
    s.device_type,
    r.value::NUMBER as resource_id,
    rc.title as resource_title,
    rc.content_type,
    rc.topic,
    rc.content_category
FROM MEMBER_SESSIONS s
JOIN MEMBERS m ON s.member_id = m.member_id,
LATERAL FLATTEN(input => s.resources_viewed) r
LEFT JOIN RESOURCE_CATALOG rc ON r.value::NUMBER = rc.resource_id;

-- 4: one row for each member
CREATE OR REPLACE DYNAMIC TABLE MEMBER_ENGAGEMENT_SUMMARY
    LAG = 'DOWNSTREAM'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    member_id,
    member_name,
    member_type,
    region,
    COUNT(DISTINCT session_id)::NUMBER(18, 0) as total_sessions,
    COUNT(DISTINCT resource_id)::NUMBER(18, 0) as unique_resources,
    SUM(total_engagement_seconds) as lifetime_engagement_seconds,
    ROUND(AVG(event_count), 1)::NUMBER(38, 1) as avg_events_per_session,
    MODE(topic) as favorite_topic,
    MODE(content_type) as preferred_content_type,
    MAX(session_start) as last_activity
FROM SESSION_ENGAGEMENT_DETAIL
GROUP BY member_id, member_name, member_type, region;

-- 5: one row of key figures. The specification's draft joined every member with every region and so counted each member
-- once per region; here both sides are aggregated before they meet.
CREATE OR REPLACE DYNAMIC TABLE ENGAGEMENT_DASHBOARD
    LAG = '1 MINUTE'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    CURRENT_TIMESTAMP() as report_generated_at,
    totals.active_members,
    totals.total_sessions,
    totals.total_resource_views,
    totals.total_engagement_hours,
    totals.avg_engagement_minutes_per_member,
    totals.most_popular_topic,
    totals.most_popular_content_type,
    totals.premium_members,
    totals.registered_members,
    totals.free_members,
    regions.members_by_region
FROM (
    SELECT
        COUNT(DISTINCT member_id)::NUMBER(18, 0) as active_members,
        SUM(total_sessions)::NUMBER(18, 0) as total_sessions,
        SUM(unique_resources)::NUMBER(18, 0) as total_resource_views,
        ROUND(SUM(lifetime_engagement_seconds) / 3600, 1)::NUMBER(38, 1) as total_engagement_hours,
        ROUND(AVG(lifetime_engagement_seconds) / 60, 1)::NUMBER(38, 1) as avg_engagement_minutes_per_member,
        MODE(favorite_topic) as most_popular_topic,
        MODE(preferred_content_type) as most_popular_content_type,
        COUNT_IF(member_type = 'premium')::NUMBER(18, 0) as premium_members,
        COUNT_IF(member_type = 'registered')::NUMBER(18, 0) as registered_members,
        COUNT_IF(member_type = 'free')::NUMBER(18, 0) as free_members
    FROM MEMBER_ENGAGEMENT_SUMMARY
) totals
CROSS JOIN (
    SELECT OBJECT_AGG(region, member_count::VARIANT) as members_by_region
    FROM (SELECT region, COUNT(*) as member_count FROM MEMBER_ENGAGEMENT_SUMMARY GROUP BY region)
) regions;
