-- Which lists have been received at all: without a list, "not on the list" is not known. One row.
WITH due AS (SELECT CASE WHEN month($as_of) >= 7 THEN year($as_of) - 1 ELSE year($as_of) - 2 END AS last_year)
SELECT
    (SELECT coalesce(bool_or(regexp_matches(coalesce(licence_kind, content), $pattern_licence_pawn)), false) FROM licences) AS pawn_licences_received,
    (SELECT coalesce(bool_or(regexp_matches(coalesce(licence_kind, content), $pattern_licence_microlender)), false) FROM licences) AS microlender_licences_received,
    (SELECT coalesce(bool_or(regexp_matches(coalesce(licence_kind, content), $pattern_licence_financial)), false) FROM licences) AS financial_licences_received,
    (SELECT coalesce(bool_or(regexp_matches(coalesce(licence_kind, content), $pattern_licence_private_fund)), false) FROM licences) AS fund_registrations_received,
    (SELECT coalesce(bool_or(regexp_matches(coalesce(licence_kind, content), $pattern_licence_prepaid)), false) FROM licences) AS prepaid_filings_received,
    (SELECT coalesce(bool_or(year = last_year), false) FROM annual_reports CROSS JOIN due) AS last_due_reports_received,
    (SELECT coalesce(bool_or(year = last_year - 1), false) FROM annual_reports CROSS JOIN due) AS prior_due_reports_received
