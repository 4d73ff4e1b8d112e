-- One row an annual report, and one row without a source for an entity that has none: its figures are then unknown, not zero.
WITH due AS (SELECT CASE WHEN month($as_of) >= 7 THEN year($as_of) - 1 ELSE year($as_of) - 2 END AS last_year)
SELECT
    e.entity_id, r.batch_id, r.sheet, r.row_no, r.submitted_date AS fact_date,
    left(concat(r.year::VARCHAR, '年度年报：资产', r.assets_yuan::VARCHAR, '元，负债', r.liabilities_yuan::VARCHAR, '元'), 80) AS quote,
    CASE WHEN r.row_no IS NULL THEN false ELSE r.year = due.last_year AND (r.status IS NULL OR NOT contains(r.status, '未')) END AS is_last_due,
    CASE WHEN r.row_no IS NULL THEN false ELSE r.year = due.last_year - 1 AND (r.status IS NULL OR NOT contains(r.status, '未')) END AS is_prior_due,
    CASE WHEN r.row_no IS NULL THEN true ELSE r.year = max(r.year) OVER (PARTITION BY e.entity_id) END AS is_latest,
    r.assets_yuan = 0 AND r.revenue_yuan = 0 AS has_zero_accounts,
    r.liabilities_yuan::DOUBLE / NULLIF(r.assets_yuan::DOUBLE, 0) AS liability_share,
    r.liabilities_yuan::DOUBLE / NULLIF(prior.liabilities_yuan::DOUBLE, 0) AS liability_growth_ratio,
    r.insured AS insured
FROM entities e
CROSS JOIN due
LEFT JOIN annual_reports r ON r.entity_id = e.entity_id
LEFT JOIN annual_reports prior ON prior.entity_id = r.entity_id AND prior.year = r.year - 1
