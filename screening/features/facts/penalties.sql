-- One row an administrative penalty.
-- Words of fundraising that are denied or warned against are no ground of a penalty (不属于非法集资); a ban that was broken is (违反不得变相吸收存款的规定).
-- The denials stand here, not in rules/patterns.yaml: rule books published before them must score too.
WITH told AS (
    SELECT *, regexp_replace(
        regexp_replace(concat_ws('；', reason, basis, penalty_kind, result), '(违反|违背)[^；;。]*?(不得|严禁|禁止)', '', 'g'),
        '(不得|严禁|禁止)[^，,；;。]*'
        || '|(未(发现|见|查见|从事|参与|实施|开展|构成|涉嫌|涉及)|没有(从事|参与|实施|开展)|不属于?|不是|不构成|不涉及|不存在|并非)[^，,；;。但却而]{0,6}(非法集资|非法吸收|变相吸收|吸收公众存款|集资诈骗)[^，,；;。但却而]*'
        || '|(谨防|警惕|远离|抵制|拒绝|切勿|打击|识别|防范)[^，,；;。和]{0,16}(非法集资|集资诈骗)[^，,；;。]*', '', 'g'
    ) AS grounds FROM penalties
)
SELECT
    p.entity_id, p.batch_id, p.sheet, p.row_no, p.penalty_date AS fact_date,
    left(concat_ws('，', p.doc_no, p.reason, p.result), 80) AS quote,
    CASE WHEN p.penalty_date <= $as_of THEN date_diff('day', p.penalty_date, $as_of) END AS age_days,
    -- What one column does not say another that is missing may have said.
    CASE WHEN regexp_matches(concat_ws(' ', p.reason, p.basis), $pattern_penalty_false_claims) THEN true WHEN p.reason IS NOT NULL AND p.basis IS NOT NULL THEN false END AS is_false_claims,
    CASE WHEN regexp_matches(p.grounds, $pattern_penalty_fundraising) THEN true
         WHEN p.reason IS NOT NULL AND p.basis IS NOT NULL AND p.penalty_kind IS NOT NULL AND p.result IS NOT NULL THEN false END AS is_fundraising
FROM told p
