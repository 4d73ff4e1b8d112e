-- Addresses collected from advertisements that the entity's annual reports do not name. Public platforms are nobody's own site.
-- An advertisement seen off line has no address to disclose; one seen on line without its address may have an undisclosed one.
WITH disclosed AS (
    SELECT entity_id, string_agg(lower(websites), ' ' ORDER BY year) AS websites FROM annual_reports GROUP BY entity_id
),
seen AS (
    SELECT p.entity_id, p.batch_id, p.sheet, p.row_no, p.captured_at::DATE AS fact_date, left(p.url, 80) AS quote, lower(p.url) AS url,
        CASE WHEN p.captured_at::DATE <= $as_of THEN date_diff('day', p.captured_at::DATE, $as_of) END AS age_days,
        regexp_extract(lower(p.url), $pattern_url_host, 1) AS host,
        p.url IS NULL AND NOT regexp_matches(upper(p.channel), $pattern_online_channel) AS is_off_line
    FROM publicity p
)
SELECT s.*,
    coalesce(NOT s.is_off_line, true) AND regexp_matches(s.url, $pattern_url_finance) AND NOT regexp_matches(s.host, $pattern_url_platform)
        AND NOT contains(d.websites, s.host) AS is_undisclosed
FROM seen s
LEFT JOIN disclosed d USING (entity_id)
