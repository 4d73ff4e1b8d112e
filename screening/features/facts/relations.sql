-- What entities share with each other: two rows a shared key and finding, one for each side, with the path in words.
-- `finding` says what the pair is to each other: person (one controls several), address (set up at one door), lender (lends beside one that raises
-- money), gold (gold shop beside a leasing or investment firm). What is of no known trade, or has a key nobody told us, leaves a row that may count.
-- Drawn of so many entities at a time (`{part}`): the pairs of all at once would not fit into little memory.
WITH pairs AS (
    SELECT p.*, c.is_confirmed, gr.entities AS group_entities,
        f.is_finance AND o.is_finance AS are_finance,
        (f.is_gold AND o.is_investment) OR (f.is_investment AND o.is_gold) AS are_gold_and_investment,
        (f.is_lender AND o.is_investment) OR (f.is_investment AND o.is_lender) AS are_lender_and_investment,
        (p.role != '股东' OR p.holding_share >= $param_controlling_share) AND (p.other_role != '股东' OR p.other_share >= $param_controlling_share) AS are_controlled,
        abs(date_diff('day', f.est_date, o.est_date)) <= $param_same_address_window_days AS are_near_in_time,
        f.est_date, o.est_date AS other_est_date
    FROM (FROM relation_pairs WHERE {part}) p
    JOIN (FROM relation_firms WHERE {part}) f ON f.entity_id = p.entity_id
    JOIN relation_firms o ON o.entity_id = p.other_id
    JOIN (FROM relation_groups WHERE {part}) gr ON gr.entity_id = p.entity_id
    JOIN (FROM relation_agreed WHERE {part}) c ON c.entity_id = p.entity_id AND c.other_id = p.other_id
),
-- How many of the trade one name controls, the entity itself included.
persons AS (
    SELECT entity_id, key, 1 + count(DISTINCT other_id) AS firms_of_person, 1 + count(DISTINCT other_id) FILTER (WHERE is_confirmed) AS firms_confirmed
    FROM pairs WHERE kind = 'person' AND '本户' NOT IN (role, other_role) AND are_finance AND are_controlled
    GROUP BY entity_id, key
),
findings AS (
    SELECT 'person' AS finding, p.*, are_finance AND are_controlled AS is_counted, n.firms_of_person AS firms_counted, n.firms_confirmed
    FROM pairs p LEFT JOIN persons n USING (entity_id, key)
    WHERE kind = 'person' AND '本户' NOT IN (role, other_role)
    UNION ALL
    SELECT 'address', p.*, are_finance AND are_near_in_time, d.firms_at_door, NULL
    FROM pairs p LEFT JOIN (FROM relation_clusters WHERE {part}) d USING (entity_id, key) WHERE kind = 'address' AND role = '住所' AND other_role = '住所'
    UNION ALL
    SELECT 'lender', p.*, are_lender_and_investment AND are_controlled, NULL, NULL FROM pairs p WHERE kind = 'person'
    UNION ALL
    SELECT 'gold', p.*, are_gold_and_investment, NULL, NULL FROM pairs p
),
sides AS (SELECT *, unnest([own, other]) AS side FROM findings WHERE is_counted IS NOT FALSE),
-- How many entities a trade may have, and how many of them lack a key that could connect them.
totals AS (
    SELECT count(*) FILTER (WHERE is_finance IS NOT FALSE) AS finance,
        count(*) FILTER (WHERE is_finance IS NOT FALSE AND lacks_person) AS finance_lacking_person,
        count(*) FILTER (WHERE is_finance IS NOT FALSE AND lacks_address) AS finance_lacking_address,
        count(*) FILTER (WHERE is_gold IS NOT FALSE) AS gold,
        count(*) FILTER (WHERE is_gold IS NOT FALSE AND lacks_any) AS gold_lacking,
        count(*) FILTER (WHERE is_lender IS NOT FALSE) AS lenders,
        count(*) FILTER (WHERE is_lender IS NOT FALSE AND lacks_person) AS lenders_lacking,
        count(*) FILTER (WHERE is_investment IS NOT FALSE) AS investments,
        count(*) FILTER (WHERE is_investment IS NOT FALSE AND lacks_any) AS investments_lacking,
        count(*) FILTER (WHERE is_investment IS NOT FALSE AND lacks_person) AS investments_lacking_person
    FROM relation_firms
),
-- Whether something missing, here or with one that may be its partner, could make a finding. An entity is no partner of its own.
open_findings AS (
    SELECT entity_id, unnest(['person', 'address', 'lender', 'gold']) AS finding, unnest([
        is_finance IS NOT FALSE AND finance >= $param_same_controller_min AND finance_lacking_person > 0,
        is_finance IS NOT FALSE AND finance >= $param_same_address_min AND finance_lacking_address > 0,
        (is_lender IS NOT FALSE AND investments > (is_investment IS NOT FALSE)::INT AND (lacks_person OR investments_lacking_person > 0))
            OR (is_investment IS NOT FALSE AND lenders > (is_lender IS NOT FALSE)::INT AND (lacks_person OR lenders_lacking > 0)),
        (is_gold IS NOT FALSE AND investments > (is_investment IS NOT FALSE)::INT AND (lacks_any OR investments_lacking > 0))
            OR (is_investment IS NOT FALSE AND gold > (is_gold IS NOT FALSE)::INT AND (lacks_any OR gold_lacking > 0))
    ]) AS is_open
    FROM (FROM relation_firms WHERE {part}) CROSS JOIN totals
)
SELECT
    entity_id, side.batch_id AS batch_id, side.sheet AS sheet, side.row_no AS row_no, NULL::DATE AS fact_date,
    concat(left(path, 120), CASE WHEN finding = 'address' THEN '（分别于' || est_date || '、' || other_est_date || '成立）'
        WHEN kind = 'person' AND is_confirmed IS NOT TRUE THEN '（同名，待核）' END) AS quote,
    finding, other_id, is_counted, is_confirmed, firms_counted, firms_confirmed, group_entities
FROM sides
UNION ALL
SELECT entity_id, NULL, NULL, NULL, NULL, NULL, finding, NULL, NULL, NULL, NULL, NULL, NULL FROM open_findings WHERE is_open
