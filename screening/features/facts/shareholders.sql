-- One row a shareholder, with what was subscribed and what was paid in.
SELECT
    s.entity_id, s.batch_id, s.sheet, s.row_no,
    left(concat(coalesce(s.shareholder_type, '股东'), '：认缴', s.subscribed_yuan::VARCHAR, '元，实缴', s.paid_yuan::VARCHAR, '元'), 80) AS quote,
    s.subscribed_yuan::DOUBLE AS subscribed_yuan,
    s.paid_yuan::DOUBLE AS paid_yuan
FROM shareholders s
