-- What the case list says of an entity itself, and what it shares with firms and persons of that list: two rows a shared key, one for each side,
-- with the path in words.
-- A case that does not say its head, telephone, mailbox or address may share it with anybody: then every entity has a row that may count.
WITH cases_now AS (
    SELECT c.*, g.head, g.phone OR g.email OR g.address AS contact,
        date_diff('day', c.case_date, $as_of) <= $param_case_window_days AS is_recent
    FROM relation_cases c JOIN relation_gaps g USING (node)
),
-- How many cases may still count, in all and of the entity's own: its own cases are not somebody else's.
possible AS (SELECT * FROM cases_now WHERE is_recent IS NOT FALSE),
others AS (
    SELECT e.entity_id,
        (SELECT count(*) FROM possible) - count(p.node) AS cases,
        (SELECT count(*) FROM possible WHERE head) - count(p.node) FILTER (WHERE p.head) AS without_head,
        (SELECT count(*) FROM possible WHERE contact) - count(p.node) FILTER (WHERE p.contact) AS without_contact
    FROM entities e LEFT JOIN possible p ON p.entity_id = e.entity_id
    GROUP BY e.entity_id
),
shared AS (
    SELECT p.*, c.case_key, c.case_date, c.is_recent, a.is_confirmed,
        p.role = '法定代表人' AND p.other_role = '法定代表人' AS is_same_head,
        p.kind IN ('phone', 'email', 'address') AS is_same_contact
    FROM relation_pairs p
    JOIN cases_now c ON c.node = p.other_id
    JOIN relation_agreed a ON a.entity_id = p.entity_id AND a.other_id = p.other_id
),
sides AS (SELECT *, unnest([own, other]) AS side FROM shared WHERE is_same_head OR is_same_contact)
SELECT
    entity_id, side.batch_id AS batch_id, side.sheet AS sheet, side.row_no AS row_no, case_date AS fact_date,
    concat(left(path, 120), CASE WHEN is_same_head AND is_confirmed IS NOT TRUE THEN '（同名，待核）' END) AS quote,
    case_key, is_recent, false AS is_own, is_same_head, is_same_contact, is_confirmed
FROM sides
UNION ALL
SELECT entity_id, batch_id, sheet, row_no, case_date, status, case_key, is_recent, true, false, false, NULL FROM cases_now WHERE entity_id IS NOT NULL
UNION ALL
SELECT
    o.entity_id, NULL, NULL, NULL, NULL, NULL, NULL, true, false,
    CASE WHEN o.cases > 0 AND (g.head OR o.without_head > 0) THEN NULL ELSE false END,
    CASE WHEN o.cases > 0 AND (g.phone OR g.email OR g.address OR o.without_contact > 0) THEN NULL ELSE false END,
    NULL
FROM others o JOIN relation_gaps g ON g.node = o.entity_id
