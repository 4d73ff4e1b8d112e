-- Firms of our lists in which an entity holds a share: one row a holding. Lists name holders, not their codes, so a full name has to agree.
-- Holdings in firms elsewhere stand on no list of ours: every entity has a row that may count, so none found is never "none".
WITH named AS (
    SELECT e.entity_id, e.name, regexp_replace(translate(e.name, '（）', '()'), '\s', '', 'g') AS spelt FROM entities e
),
held AS (
    SELECT s.*, regexp_replace(translate(s.shareholder_name, '（）', '()'), '\s', '', 'g') AS holder FROM shareholders s
)
SELECT n.entity_id, h.batch_id, h.sheet, h.row_no, left(concat('投资', coalesce(o.name, '（名称缺失）'), '，认缴', h.subscribed_yuan::VARCHAR, '元'), 80) AS quote, true AS is_holding
FROM held h
JOIN named n ON n.spelt = h.holder AND n.entity_id <> h.entity_id
LEFT JOIN named o ON o.entity_id = h.entity_id
UNION ALL
SELECT entity_id, NULL, NULL, NULL, NULL, NULL FROM named
