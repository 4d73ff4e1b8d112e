-- One row an entry on the list of abnormal operations or of serious violations. No removal date means still listed.
SELECT
    a.entity_id, a.batch_id, a.sheet, a.row_no, a.in_date AS fact_date,
    left(concat_ws('，', a.list_type, a.reason_in), 80) AS quote,
    a.out_date IS NULL OR a.out_date > $as_of AS is_active,
    regexp_matches(a.list_type, $pattern_serious_list) AS is_serious,
    -- Lists delivered without a type are lists of abnormal operations; that such a row might be a serious one stays unknown.
    a.list_type IS NULL OR NOT regexp_matches(a.list_type, $pattern_serious_list) AS is_abnormal,
    regexp_matches(a.reason_in, $pattern_unreachable) AS is_unreachable
FROM abnormal a
