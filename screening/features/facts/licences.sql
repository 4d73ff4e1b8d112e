-- One row a licence on a received list. One without a status may have been struck off; one without an end date may or may not have expired.
SELECT
    l.entity_id, l.batch_id, l.sheet, l.row_no, l.val_to_date AS fact_date,
    left(concat_ws(' ', l.licence_kind, l.licence_no, '有效期至', l.val_to_date::VARCHAR, l.status), 80) AS quote,
    NOT regexp_matches(l.status, $pattern_licence_void) AS is_listed,
    regexp_matches(coalesce(l.licence_kind, l.content), $pattern_licence_pawn) AS is_pawn,
    regexp_matches(coalesce(l.licence_kind, l.content), $pattern_licence_microlender) AS is_microlender,
    regexp_matches(coalesce(l.licence_kind, l.content), $pattern_licence_financial) AS is_financial,
    regexp_matches(coalesce(l.licence_kind, l.content), $pattern_licence_private_fund) AS is_private_fund,
    regexp_matches(coalesce(l.licence_kind, l.content), $pattern_licence_prepaid) AS is_prepaid,
    -- A renewed licence stands on the list twice: only the one that runs longest tells whether the permission has lapsed.
    l.val_to_date >= max(l.val_to_date) OVER (PARTITION BY l.entity_id, l.licence_kind) AS is_newest,
    date_diff('day', $as_of, l.val_to_date) AS days_left
FROM licences l
