-- One row a visit; findings are the codes S01 to S14 of the visit form with free words beside them.
SELECT
    i.entity_id, i.batch_id, i.sheet, i.row_no, i.visit_date AS fact_date, i.headcount,
    left(concat_ws('，', i.findings, i.notes), 80) AS quote,
    CASE WHEN i.visit_date <= $as_of THEN date_diff('day', i.visit_date, $as_of) END AS age_days,
    contains(i.findings, 'S01') AS is_vacant,
    contains(i.findings, 'S02') AS has_poster,
    contains(i.findings, 'S03') AS has_contract,
    contains(i.findings, 'S04') AS has_elderly,
    contains(i.findings, 'S05') AS has_personal_account,
    contains(i.findings, 'S06') AS is_refused,
    contains(i.findings, 'S08') AS is_without_pledge,
    contains(i.findings, 'S09') AS is_channel,
    contains(i.findings, 'S10') AS is_normal
FROM inspections i
