-- One row an administrative penalty.
SELECT
    p.entity_id, p.batch_id, p.sheet, p.row_no, p.penalty_date AS fact_date,
    left(concat_ws('，', p.doc_no, p.reason, p.result), 80) AS quote,
    CASE WHEN p.penalty_date <= $as_of THEN date_diff('day', p.penalty_date, $as_of) END AS age_days,
    regexp_matches(NULLIF(concat_ws(' ', p.reason, p.basis), ''), $pattern_penalty_false_claims) AS is_false_claims,
    regexp_matches(NULLIF(concat_ws(' ', p.reason, p.basis, p.penalty_kind, p.result), ''), $pattern_penalty_fundraising) AS is_fundraising
FROM penalties p
