-- What the register itself says of each entity: one row an entity. A missing cell stays NULL.
SELECT
    e.entity_id,
    date_diff('month', e.est_date, $as_of) AS age_months,
    e.reg_capital_yuan::DOUBLE AS reg_capital_yuan,
    (e.paid_capital_yuan::DOUBLE / NULLIF(e.reg_capital_yuan::DOUBLE, 0)) AS paid_capital_share,
    -- The first source that says what it is decides; a credit code beginning 92 is an individual business (GB 32100).
    coalesce(e.ent_type_code = '9500', regexp_matches(e.ent_type_name, $pattern_individual_business), left(e.uscc, 2) = '92') AS is_individual,
    e.sector = 'pawnshop' AS is_pawnshop,
    e.sector = 'microlender' AS is_microlender,
    regexp_extract(regexp_replace(e.name, $pattern_barred_word_excused, '', 'g'), $pattern_barred_word) AS name_barred_word,
    regexp_extract(
        regexp_replace(regexp_replace(e.scope, $pattern_scope_disclaimer, '', 'g'), $pattern_barred_word_excused, '', 'g'),
        $pattern_barred_word
    ) AS scope_barred_word,
    regexp_extract(e.name, $pattern_watch_word) AS name_watch_word,
    regexp_extract(regexp_replace(e.name, $pattern_fund_word_excused, '', 'g'), $pattern_fund_word) AS name_fund_word,
    left(e.uscc, 2) = '53' AS is_charity_fund,
    regexp_extract(e.name, $pattern_crypto_word) AS name_crypto_word,
    regexp_extract(regexp_replace(e.scope, $pattern_scope_disclaimer, '', 'g'), $pattern_crypto_word) AS scope_crypto_word,
    regexp_extract(regexp_replace(e.scope, $pattern_scope_disclaimer, '', 'g'), $pattern_scope_wealth_word) AS scope_wealth_word,
    regexp_extract(regexp_replace(e.scope, $pattern_scope_disclaimer, '', 'g'), $pattern_scope_pawn_word) AS scope_pawn_word,
    regexp_extract(regexp_replace(e.name, $pattern_pawn_word_excused, '', 'g'), $pattern_scope_pawn_word) AS name_pawn_word,
    regexp_extract(e.former_names, $pattern_former_finance_word) AS former_name_finance_word,
    regexp_matches(e.address_reg, $pattern_virtual_address) AS has_virtual_address,
    coalesce(e.street_code_biz <> e.street_code_reg, e.street_biz <> e.street_reg) AS has_premises_elsewhere,
    e.reg_status IN ('吊销未注销', '吊销已注销', '注销', '撤销', '责令关闭', '歇业') AS is_struck_off,
    e.reg_status AS reg_status,
    e.is_prepaid_issuer AS is_prepaid_issuer,
    regexp_matches(coalesce(e.pawn_business, e.scope), $pattern_pawn_realty) AS is_pawning_realty,
    regexp_matches(coalesce(e.pawn_business, e.scope), $pattern_pawn_rights) AS is_pawning_rights,
    -- Annual reports for a year are due by 30 June of the next; a firm owes its first for the year it was set up in.
    year(e.est_date) <= due.last_year AS has_existed_last_due_year,
    year(e.est_date) <= due.last_year - 1 AS has_existed_prior_due_year,
    -- No list we receive holds a birth year (PIPL art. 6); kept so that the draft rule REG-13 says what it would need.
    NULL::INTEGER AS legal_rep_age_years
FROM entities e
CROSS JOIN (SELECT CASE WHEN month($as_of) >= 7 THEN year($as_of) - 1 ELSE year($as_of) - 2 END AS last_year) due
