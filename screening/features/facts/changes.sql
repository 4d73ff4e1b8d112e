-- One row a change of registration. Amounts are read from "100万元" and the like; without a unit the sum in yuan is unknown.
WITH told AS (
    SELECT
        c.entity_id, c.batch_id, c.sheet, c.row_no, c.item, c.change_date AS fact_date,
        left(concat(coalesce(c.item, '变更'), '：', coalesce(c.before, '（空）'), ' → ', coalesce(c.after, '（空）')), 80) AS quote,
        CASE WHEN c.change_date <= $as_of THEN date_diff('day', c.change_date, $as_of) END AS age_days,
        TRY_CAST(regexp_extract(replace(c.before, ',', ''), $pattern_amount_in_text, 1) AS DOUBLE) AS number_before,
        TRY_CAST(regexp_extract(replace(c.after, ',', ''), $pattern_amount_in_text, 1) AS DOUBLE) AS number_after,
        CASE WHEN contains(c.before, '亿') THEN 100000000 WHEN contains(c.before, '万') THEN 10000 WHEN contains(c.before, '元') THEN 1 END AS unit_before,
        CASE WHEN contains(c.after, '亿') THEN 100000000 WHEN contains(c.after, '万') THEN 10000 WHEN contains(c.after, '元') THEN 1 END AS unit_after
    FROM changes c
)
SELECT *,
    regexp_matches(item, $pattern_change_legal_rep) AS is_legal_rep_change,
    regexp_matches(item, $pattern_change_name) AS is_name_change,
    regexp_matches(item, $pattern_change_capital)
        AND number_after * unit_after >= $param_capital_jump_after_yuan
        AND number_after * unit_after >= $param_capital_jump_ratio * NULLIF(number_before * unit_before, 0) AS is_capital_jump
FROM told
