-- One row an administrative penalty.
SELECT
    p.entity_id, p.batch_id, p.sheet, p.row_no, p.penalty_date AS fact_date,
    left(concat_ws('，', p.doc_no, p.reason, p.result), 80) AS quote,
    CASE WHEN p.penalty_date <= $as_of THEN date_diff('day', p.penalty_date, $as_of) END AS age_days,
    -- What one column does not say another that is missing may have said.
    CASE WHEN regexp_matches(concat_ws(' ', p.reason, p.basis), $pattern_penalty_false_claims) THEN true WHEN p.reason IS NOT NULL AND p.basis IS NOT NULL THEN false END AS is_false_claims,
    CASE WHEN regexp_matches(concat_ws(' ', p.reason, p.basis, p.penalty_kind, p.result), $pattern_penalty_fundraising) THEN true
         WHEN p.reason IS NOT NULL AND p.basis IS NOT NULL AND p.penalty_kind IS NOT NULL AND p.result IS NOT NULL THEN false END AS is_fundraising
FROM penalties p
