-- One row a collected advertisement. Notices that warn of illegal fundraising are left out unless they themselves ask for money.
WITH shown AS (
    SELECT
        p.entity_id, p.batch_id, p.sheet, p.row_no, p.captured_at::DATE AS fact_date, p.marks, p.is_whole,
        left(concat_ws('：', p.channel, p.text), 80) AS quote,
        CASE WHEN p.captured_at::DATE <= $as_of THEN date_diff('day', p.captured_at::DATE, $as_of) END AS age_days,
        regexp_matches(upper(p.channel), $pattern_public_channel) AS is_public,
        regexp_matches(upper(p.channel), $pattern_online_channel) AS is_online,
        says(p.marks, p.is_whole, 'education_notice') AND NOT says(p.marks, p.is_whole, 'INVEST_ACT!') AS is_notice,
        says_any(p.marks, p.is_whole, ['LURE.guarantee', 'LURE.return', 'LURE.kind']) OR promises_return(p.promises) AS says_lure,
        says_any(p.marks, p.is_whole, ['INVEST_ACT', 'put_in_amount']) AS says_invest,
        p.direction = 'invest' AND p.is_direction_stated AS asks_for_money,
        list_transform(p.promises, lambda x: struct_update(x, direction := toward(x.direction, x.is_direction_stated, e.sector))) AS promises
    FROM publicity p JOIN entities e USING (entity_id)
)
SELECT *,
    NOT is_notice AND promised(promises, 'invest', false) IS NOT NULL AS is_promising_ad,
    promised(promises, 'invest', false) AS promised_annual,
    promised_words(promises, 'invest', promised(promises, 'invest', false)) AS promise_quote,
    is_public AND NOT is_notice AND says_lure AND (says_invest OR says_any(marks, is_whole, ['gold_custody', 'gold_lock', 'elder_fee', 'spend_and_earn', 'coop_shares', 'ILLEGAL.crypto'])) AS is_fundraising_ad,
    is_online AND NOT is_notice AND says(marks, is_whole, 'gold_ad_invest') AS is_gold_invest_ad,
    NOT is_notice AND says_any(marks, is_whole, ['absolute_claim', 'LURE.guarantee!']) AS is_absolute_ad,
    NOT is_notice AND says(marks, is_whole, 'PUBLICITY.offline') AND (says_invest OR says_lure) AS is_seminar_ad,
    NOT is_notice AND says(marks, is_whole, 'PUBLICITY.endorse') AS is_endorsed_ad,
    NOT is_notice AND says(marks, is_whole, 'status_claim') AS is_status_ad,
    NOT is_notice AND says(marks, is_whole, 'grand_claim') AS is_grand_ad,
    NOT is_notice AND says(marks, is_whole, 'scope_pawn_word') AS is_pawn_ad,
    NOT is_notice AND (says(marks, is_whole, 'LURE.guarantee!') OR (says(marks, is_whole, 'LURE.guarantee') AND (says_invest OR promises_return(promises)))) AS is_guarantee_ad,
    -- Lenders advertise what borrowing costs: only an advertisement that itself says which way the money goes counts.
    NOT is_notice AND asks_for_money AND says_lure AS is_deposit_ad,
    NOT is_notice AND says(marks, is_whole, 'gold_custody') AND says_lure AS is_gold_custody_ad,
    NOT is_notice AND says(marks, is_whole, 'gold_lock') AS is_gold_lock_ad,
    NOT is_notice AND says(marks, is_whole, 'gold_buyback') AS is_gold_buyback_ad,
    NOT is_notice AND says(marks, is_whole, 'SOCIAL.referral') AND (says_invest OR says_lure) AS is_referral_ad,
    NOT is_notice AND says(marks, is_whole, 'ILLEGAL.crypto') AND (says_invest OR says_lure) AS is_crypto_ad
FROM shown
