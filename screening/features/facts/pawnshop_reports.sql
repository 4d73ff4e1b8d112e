-- Pawnshops' own figures, one row a report (the newest version of each period), against the capital on the register. A ratio is at most 99.
-- Current are reports of the last period that is due, and any later one. An entity without a report of that period has one row without a source:
-- its figures are then unknown, not zero. A negative figure, which cannot be, is unknown too.
WITH due AS (
    SELECT (make_date((k // 12)::BIGINT, (k % 12 + 1)::BIGINT, 1) - INTERVAL 1 DAY)::DATE AS last_end
    FROM (
        SELECT ((year(day) * 12 + month(day) - 1 + CASE WHEN day = last_day(day) THEN 1 ELSE 0 END) // $param_pawnshop_report_months) * $param_pawnshop_report_months AS k
        FROM (SELECT $as_of - $param_pawnshop_report_grace_days - 1 AS day)
    )
),
reported AS (
    SELECT r.* FROM pawnshop_reports r
    UNION ALL BY NAME
    SELECT e.entity_id FROM entities e CROSS JOIN due
    WHERE NOT EXISTS (SELECT 1 FROM pawnshop_reports r WHERE r.entity_id = e.entity_id AND r.period_end = due.last_end)
)
SELECT
    r.entity_id, r.batch_id, r.sheet, r.row_no, r.period_end AS fact_date,
    left(concat(r.period_end::VARCHAR, '：净资产', r.net_assets_yuan::VARCHAR, '元，典当余额', r.pawn_balance_yuan::VARCHAR, '元'), 80) AS quote,
    CASE WHEN r.row_no IS NULL THEN true ELSE r.period_end BETWEEN due.last_end AND $as_of END AS is_current,
    CASE
        WHEN r.top_customer_yuan = 0 THEN 0
        WHEN r.top_customer_yuan > 0 AND e.reg_capital_yuan > 0 THEN least(r.top_customer_yuan::DOUBLE / NULLIF(e.reg_capital_yuan::DOUBLE, 0), 99)
        WHEN r.top_customer_yuan > 0 AND e.reg_capital_yuan <= 0 THEN 99
    END AS top_customer_ratio,
    CASE
        WHEN r.rights_balance_yuan = 0 THEN 0
        WHEN r.rights_balance_yuan > 0 AND e.reg_capital_yuan > 0 THEN least(r.rights_balance_yuan::DOUBLE / NULLIF(e.reg_capital_yuan::DOUBLE, 0), 99)
        WHEN r.rights_balance_yuan > 0 AND e.reg_capital_yuan <= 0 THEN 99
    END AS rights_ratio,
    CASE
        WHEN r.realty_balance_yuan = 0 THEN 0
        WHEN r.realty_balance_yuan > 0 AND e.reg_capital_yuan > 0 THEN least(r.realty_balance_yuan::DOUBLE / NULLIF(e.reg_capital_yuan::DOUBLE, 0), 99)
        WHEN r.realty_balance_yuan > 0 AND e.reg_capital_yuan <= 0 THEN 99
    END AS realty_ratio,
    1 - r.net_assets_yuan::DOUBLE / NULLIF(e.reg_capital_yuan::DOUBLE, 0) AS net_assets_shortfall_share,
    CASE WHEN r.nonbank_borrowing_yuan >= 0 THEN r.nonbank_borrowing_yuan::DOUBLE END AS nonbank_borrowing_yuan,
    CASE WHEN r.outward_investment_yuan >= 0 THEN r.outward_investment_yuan::DOUBLE END AS outward_investment_yuan
FROM reported r
CROSS JOIN due
LEFT JOIN entities e ON e.entity_id = r.entity_id
