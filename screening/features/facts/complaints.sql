-- One row a complaint, with what its words say. Direction at text level: money put in (invest) or money borrowed; see rules/README.md.
-- Every flag is NULL when the text is missing; age_days is NULL when the date is missing or lies in the future.
WITH heard AS (
    SELECT
        c.entity_id, c.batch_id, c.sheet, c.row_no, c.complaint_id, c.complainant_key, c.amount_yuan::DOUBLE AS amount_yuan, c.persons_claimed,
        c.is_collective, c.is_repeat, c.complainant_age_band, c.marks, c.is_whole, c.received_at,
        left(concat_ws('：', NULLIF(c.title, ''), c.content), 80) AS quote,
        c.received_at::DATE AS fact_date,
        CASE WHEN c.received_at::DATE <= $as_of THEN date_diff('day', c.received_at::DATE, $as_of) END AS age_days,
        says_any(c.marks, c.is_whole, ['INVEST_ACT', 'put_in_amount']) AS says_invest,
        says_any(c.marks, c.is_whole, ['LURE.guarantee', 'LURE.return', 'LURE.kind', 'promised_rate']) AS says_lure,
        says_any(c.marks, c.is_whole, ['LURE.guarantee!', 'LURE.return!']) AS says_strong_lure,
        says(c.marks, c.is_whole, 'BORROW.guard') AS says_borrow,
        says_any(c.marks, c.is_whole, ['BORROW.guard', 'BORROW.guard?']) AS hints_borrow,
        says_any(c.marks, c.is_whole, ['DISTRESS.redeem', 'DISTRESS.abscond', 'DISTRESS.rights']) AS says_distress
    FROM complaints c
),
directed AS (
    SELECT *,
        (says_invest OR says_strong_lure OR says(marks, is_whole, 'DISTRESS.redeem!')
            OR (says_lure AND says_any(marks, is_whole, ['ILLEGAL.crypto', 'SOCIAL.referral!', 'gold_custody', 'elder_fee', 'spend_and_earn'])))
        AND NOT (hints_borrow AND NOT says_invest)
        AND NOT (says(marks, is_whole, 'NEG.education') AND NOT says_invest AND NOT says_distress) AS is_fund_related
    FROM heard
),
flagged AS (
    SELECT *,
        NOT hints_borrow AND (
            (says(marks, is_whole, 'DISTRESS.redeem!') AND (says_invest OR says_lure OR says_any(marks, is_whole, ['principal_talk', 'gold_lock'])))
            OR (says(marks, is_whole, 'DISTRESS.redeem') AND (says_invest OR says_strong_lure))
        ) OR (says_invest AND says(marks, is_whole, 'DISTRESS.redeem')) AS is_redeem,
        is_fund_related AND says(marks, is_whole, 'DISTRESS.abscond') AS is_abscond,
        is_fund_related AND (is_collective OR persons_claimed >= $param_collective_people) AS is_collective_fund,
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
        says(marks, is_whole, 'elder_fee') AND says_lure AND NOT hints_borrow AS is_elder_lure,
        says(marks, is_whole, 'coop_shares') AND NOT says_borrow
            AND says_any(marks, is_whole, ['promised_rate', 'put_in_amount', 'LURE.guarantee', 'LURE.return!']) AS is_coop_shares,
        says(marks, is_whole, 'ILLEGAL.crypto') AND (says_lure OR says_invest) AS is_crypto_raising,
        says(marks, is_whole, 'prepaid_card') AND says(marks, is_whole, 'prepaid_trouble') AS is_prepaid_refund,
        says_invest AND NOT says_borrow AND (says(marks, is_whole, 'put_in_amount') OR amount_yuan > 0) AS is_money_collected,
        says(marks, is_whole, 'kind_return') AND says(marks, is_whole, 'kind_return_term') AND is_fund_related AS is_kind_return
    FROM directed
)
SELECT *,
    -- The same person reporting the same sum through several channels is one sum: the newest report of it counts.
    row_number() OVER (
        PARTITION BY entity_id, coalesce(complainant_key, complaint_id), amount_yuan
        ORDER BY is_fund_related DESC NULLS LAST, age_days ASC NULLS LAST, batch_id, sheet, row_no
    ) = 1 AS is_first_of_claim
FROM flagged
