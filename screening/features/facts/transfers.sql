-- Changes of shareholders after which none of the former ones is left, near the first complaint that speaks of money put in.
-- A complaint whose words or date are missing may have been the first: what is not near a known one is then unknown.
WITH spoken AS (
    SELECT entity_id, received_at::DATE AS said_on,
        says_any(marks, is_whole, ['INVEST_ACT', 'put_in_amount', 'LURE.guarantee!', 'LURE.return!', 'DISTRESS.redeem!']) AS says_money
    FROM complaints
    WHERE received_at IS NULL OR received_at::DATE <= $as_of
),
first_complaint AS (
    SELECT entity_id, min(said_on) FILTER (WHERE says_money) AS first_date, bool_or(says_money IS NULL OR (says_money AND said_on IS NULL)) AS is_uncertain
    FROM spoken
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
    CASE WHEN abs(date_diff('day', h.change_date, f.first_date)) <= $param_transfer_window_days THEN true
         WHEN f.is_uncertain OR h.change_date IS NULL THEN NULL
         ELSE false END AS is_near_first_complaint
FROM holders h
JOIN first_complaint f ON f.entity_id = h.entity_id AND (f.first_date IS NOT NULL OR f.is_uncertain)
