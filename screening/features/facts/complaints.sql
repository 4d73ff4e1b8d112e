-- One row a complaint, with what its words say. `direction` is which way the money went, as text/direction read it; where the words leave it open,
-- the sector decides. Every flag is NULL when the text is missing, when the direction cannot be told, or when a title is all there is.
-- Rates are fractions a year (0.24 = 24%); age_days is NULL when the date is missing or lies in the future.
WITH heard AS (
    SELECT
        c.entity_id, c.batch_id, c.sheet, c.row_no, c.complaint_id, c.complainant_key, c.amount_yuan::DOUBLE AS amount_yuan, c.persons_claimed,
        CASE WHEN c.amount_yuan IS NULL THEN c.amount_said_yuan END AS amount_said_yuan, c.persons_said,
        c.is_collective, c.is_repeat, c.complainant_age_band, c.marks, c.is_whole, c.received_at,
        left(concat_ws('：', NULLIF(c.title, ''), c.content), 80) AS quote,
        c.received_at::DATE AS fact_date,
        CASE WHEN c.received_at::DATE <= $as_of THEN date_diff('day', c.received_at::DATE, $as_of) END AS age_days,
        says_any(c.marks, c.is_whole, ['LURE.guarantee', 'LURE.return', 'LURE.kind']) AS says_lure_word,
        says_any(c.marks, c.is_whole, ['LURE.guarantee!', 'LURE.return!']) AS says_strong_lure,
        says_any(c.marks, c.is_whole, ['DISTRESS.redeem', 'DISTRESS.abscond', 'DISTRESS.rights']) AS says_distress,
        toward(c.direction, c.is_direction_stated, e.sector) AS direction,
        list_transform(c.promises, lambda p: struct_update(p, direction := toward(p.direction, p.is_direction_stated, e.sector))) AS promises
    FROM complaints c JOIN entities e USING (entity_id) JOIN reports r USING (complaint_id)
    WHERE NOT r.is_said_again
),
told AS (
    SELECT *,
        certain(direction = 'invest', direction = 'unknown', is_whole) AS says_invest,
        certain(direction = 'borrow', direction = 'unknown', is_whole) AS says_borrow,
        says_lure_word OR promises_return(promises) AS says_lure,
        promised(promises, 'invest', false) AS promised_annual,
        promised(promises, 'invest', true) AS promised_capped_annual,
        promised(promises, 'borrow', false) AS borrowing_annual,
        len(list_filter(promises, lambda p: p.annual IS NOT NULL AND (p.direction = 'unknown' OR NOT p.is_sure))) > 0 AS has_doubtful_rate,
        list_filter(of_kind(promises, ['fixed_payback', 'amortised', 'gold_gram', 'gold_price', 'per_wan_daily', 'per_wan_monthly', 'per_wan_annual']), lambda p: p.annual IS NOT NULL) AS paybacks,
        of_kind(promises, ['multiple', 'x_to_y']) AS multiples
    FROM heard
),
directed AS (
    SELECT *,
        certain(promised_annual IS NOT NULL, has_doubtful_rate, is_whole) AS says_promise,
        certain(promised_capped_annual IS NOT NULL, has_doubtful_rate, is_whole) AS says_capped_promise,
        certain(borrowing_annual IS NOT NULL, has_doubtful_rate, is_whole) AS says_borrowing_rate,
        certain(len(paybacks) > 0, has_doubtful_rate, is_whole) AS says_payback,
        certain(len(multiples) > 0, has_doubtful_rate, is_whole) AS says_multiple,
        promised_words(promises, 'invest', coalesce(promised_annual, promised_capped_annual)) AS promise_quote,
        paybacks[1].words AS payback_quote,
        multiples[1].words AS multiple_quote,
        promised_words(promises, 'borrow', borrowing_annual) AS borrowing_quote,
        (says_invest OR says_strong_lure OR says(marks, is_whole, 'DISTRESS.redeem!')
            OR (says_lure AND says_any(marks, is_whole, ['ILLEGAL.crypto', 'SOCIAL.referral!', 'gold_custody', 'elder_fee', 'spend_and_earn'])))
        AND NOT says_borrow
        AND NOT (says(marks, is_whole, 'NEG.education') AND NOT says_invest AND NOT says_distress) AS is_fund_related
    FROM told
),
flagged AS (
    SELECT *,
        NOT says_borrow AND (
            (says(marks, is_whole, 'DISTRESS.redeem!') AND (says_invest OR says_lure OR says_any(marks, is_whole, ['principal_talk', 'gold_lock'])))
            OR (says(marks, is_whole, 'DISTRESS.redeem') AND (says_invest OR says_strong_lure))
        ) AS is_redeem,
        is_fund_related AND says(marks, is_whole, 'DISTRESS.abscond') AS is_abscond,
        is_fund_related AND (is_collective OR persons_claimed >= $param_collective_people OR persons_said >= $param_collective_people) AS is_collective_fund,
        is_fund_related AND (says(marks, is_whole, 'elderly_talk') OR regexp_matches(complainant_age_band, $pattern_elderly_band)) AS is_elderly_fund,
        is_fund_related AND (
            says_lure::INTEGER
            + (says_any(marks, is_whole, ['SOCIAL.referral', 'SOCIAL.public', 'tiny_minimum']) AND NOT says(marks, is_whole, 'SPECIFIC.guard'))::INTEGER
            + says_any(marks, is_whole, ['ILLEGAL.nolicence', 'ILLEGAL.crypto'])::INTEGER
            + says_any(marks, is_whole, ['PUBLICITY.online', 'PUBLICITY.offline', 'PUBLICITY.endorse'])::INTEGER
        ) >= $param_text_elements_min AS has_many_elements,
        says(marks, is_whole, 'ILLEGAL.allegation') AND NOT (says(marks, is_whole, 'NEG.education') AND NOT says_invest AND NOT says_distress) AS is_allegation,
        says_invest AND NOT says_borrow AND (says_lure OR says(marks, is_whole, 'DISTRESS.redeem')) AS is_deposit_taking,
        says(marks, is_whole, 'gold_custody') AND says_lure AND NOT says_borrow AS is_gold_custody_lure,
        says(marks, is_whole, 'gold_buyback') AND NOT says_borrow AS is_gold_buyback,
        says(marks, is_whole, 'gold_no_delivery') AND (is_fund_related OR says_any(marks, is_whole, ['gold_custody', 'gold_lock', 'gold_presale'])) AS is_gold_undelivered,
        says(marks, is_whole, 'elder_fee') AND says_lure AND NOT says_borrow AS is_elder_lure,
        says(marks, is_whole, 'coop_shares') AND NOT says_borrow
            AND (says_any(marks, is_whole, ['put_in_amount', 'LURE.guarantee', 'LURE.return!']) OR promises_return(promises)) AS is_coop_shares,
        says(marks, is_whole, 'ILLEGAL.crypto') AND (says_lure OR says_invest) AS is_crypto_raising,
        says(marks, is_whole, 'prepaid_card') AND says(marks, is_whole, 'prepaid_trouble') AS is_prepaid_refund,
        says_invest AND NOT says_borrow AND (says_any(marks, is_whole, ['put_in_amount', 'personal_account']) OR amount_yuan > 0) AS is_money_collected,
        says_borrowing_rate AND NOT says_any(marks, is_whole, ['pawn_realty_talk', 'pawn_rights_talk']) AS is_movable_fee,
        says_borrowing_rate AND says(marks, is_whole, 'pawn_realty_talk') AS is_realty_fee,
        says_borrowing_rate AND says(marks, is_whole, 'pawn_rights_talk') AS is_rights_fee,
        says(marks, is_whole, 'kind_return') AND says(marks, is_whole, 'kind_return_term') AND is_fund_related AS is_kind_return
    FROM directed
)
SELECT *,
    -- The same person reporting the same sum through several channels is one sum: the newest report of it counts.
    row_number() OVER (
        PARTITION BY entity_id, coalesce(complainant_key, complaint_id), coalesce(amount_yuan, amount_said_yuan)
        ORDER BY is_fund_related DESC NULLS LAST, age_days ASC NULLS LAST, batch_id, sheet, row_no
    ) = 1 AS is_first_of_claim
FROM flagged
