-- Microlenders' own figures, one row a report (the newest version of each period). A ratio is at most 99: without net assets any amount is too much.
-- Current are reports of the last period that is due, and any later one. An entity without a report of that period has one row without a source:
-- its figures are then unknown, not zero. A negative figure, which cannot be, is unknown too.
WITH due AS (
    SELECT (make_date((k // 12)::BIGINT, (k % 12 + 1)::BIGINT, 1) - INTERVAL 1 DAY)::DATE AS last_end
    FROM (
        SELECT ((year(day) * 12 + month(day) - 1 + CASE WHEN day = last_day(day) THEN 1 ELSE 0 END) // $param_microlender_report_months) * $param_microlender_report_months AS k
        FROM (SELECT $as_of - $param_microlender_report_grace_days - 1 AS day)
    )
),
reported AS (
    SELECT r.* FROM microlender_reports r
    UNION ALL BY NAME
    SELECT e.entity_id FROM entities e CROSS JOIN due
    WHERE NOT EXISTS (SELECT 1 FROM microlender_reports r WHERE r.entity_id = e.entity_id AND r.period_end = due.last_end)
)
SELECT
    r.entity_id, r.batch_id, r.sheet, r.row_no, r.period_end AS fact_date,
    left(concat(r.period_end::VARCHAR, '：净资产', r.net_assets_yuan::VARCHAR, '元，贷款余额', r.loan_balance_yuan::VARCHAR, '元'), 80) AS quote,
    CASE WHEN r.row_no IS NULL THEN true ELSE r.period_end BETWEEN due.last_end AND $as_of END AS is_current,
    CASE
        WHEN r.nonstandard_funding_yuan = 0 THEN 0
        WHEN r.nonstandard_funding_yuan > 0 AND r.net_assets_yuan > 0 THEN least(r.nonstandard_funding_yuan::DOUBLE / NULLIF(r.net_assets_yuan::DOUBLE, 0), 99)
        WHEN r.nonstandard_funding_yuan > 0 AND r.net_assets_yuan <= 0 THEN 99
    END AS nonstandard_funding_ratio,
    CASE
        WHEN r.standard_funding_yuan = 0 THEN 0
        WHEN r.standard_funding_yuan > 0 AND r.net_assets_yuan > 0 THEN least(r.standard_funding_yuan::DOUBLE / NULLIF(r.net_assets_yuan::DOUBLE, 0), 99)
        WHEN r.standard_funding_yuan > 0 AND r.net_assets_yuan <= 0 THEN 99
    END AS standard_funding_ratio,
    CASE
        WHEN r.top_borrower_yuan = 0 THEN 0
        WHEN r.top_borrower_yuan > 0 AND r.net_assets_yuan > 0 THEN least(r.top_borrower_yuan::DOUBLE / NULLIF(r.net_assets_yuan::DOUBLE, 0), 99)
        WHEN r.top_borrower_yuan > 0 AND r.net_assets_yuan <= 0 THEN 99
    END AS top_borrower_ratio,
    CASE
        WHEN r.top_group_yuan = 0 THEN 0
        WHEN r.top_group_yuan > 0 AND r.net_assets_yuan > 0 THEN least(r.top_group_yuan::DOUBLE / NULLIF(r.net_assets_yuan::DOUBLE, 0), 99)
        WHEN r.top_group_yuan > 0 AND r.net_assets_yuan <= 0 THEN 99
    END AS top_group_ratio,
    CASE WHEN r.out_of_area_balance_yuan >= 0 THEN r.out_of_area_balance_yuan::DOUBLE END AS out_of_area_balance_yuan,
    r.is_online_licensed AS is_online_licensed
FROM reported r
CROSS JOIN due
LEFT JOIN entities e ON e.entity_id = r.entity_id
