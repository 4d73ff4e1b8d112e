-- One row an entry on the list of abnormal operations or of serious violations. No removal date means still listed.
SELECT
    a.entity_id, a.batch_id, a.sheet, a.row_no, a.in_date AS fact_date,
    left(concat_ws('，', a.list_type, a.reason_in), 80) AS quote,
    a.out_date IS NULL OR a.out_date > $as_of AS is_active,
    coalesce(regexp_matches(a.list_type, $pattern_serious_list), false) AS is_serious,
    regexp_matches(a.reason_in, $pattern_unreachable) AS is_unreachable
FROM abnormal a
