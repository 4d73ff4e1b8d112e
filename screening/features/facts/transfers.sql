-- Changes of shareholders after which none of the former ones is left, and how far they lie from the first complaint that speaks of money put in.
WITH first_complaint AS (
    SELECT entity_id, min(received_at::DATE) AS first_date
    FROM complaints
    WHERE list_has_any(marks, ['INVEST_ACT', 'put_in_amount', 'LURE.guarantee!', 'LURE.return!', 'DISTRESS.redeem!']) AND received_at::DATE <= $as_of
    GROUP BY entity_id
),
holders AS (
    SELECT c.*,
        list_filter(regexp_split_to_array(regexp_replace(c.before, $pattern_not_a_holder, ' ', 'g'), $pattern_holder_separator), lambda n: n <> '') AS holders_before,
        list_filter(regexp_split_to_array(regexp_replace(c.after, $pattern_not_a_holder, ' ', 'g'), $pattern_holder_separator), lambda n: n <> '') AS holders_after
    FROM changes c
)
SELECT
    h.entity_id, h.batch_id, h.sheet, h.row_no, h.change_date AS fact_date,
    left(concat(h.item, '：', h.before, ' → ', h.after), 80) AS quote,
    regexp_matches(h.item, $pattern_change_holders) AND len(h.holders_before) > 0 AND len(h.holders_after) > 0
        AND NOT list_has_any(h.holders_before, h.holders_after) AS is_full_transfer,
    abs(date_diff('day', h.change_date, f.first_date)) AS days_from_first_complaint
FROM holders h
JOIN first_complaint f USING (entity_id)
