"""One person's repeats and copies of one complaint, and who reported an entity first.

Source: domain brief 5.6 (SimHash distance at most 3, same entity, 30 days); State Council Order 737 art. 16 (rewards go to whoever reported first).
"""

from screening.store.tables import Tables

_NEAR, _DAYS = 3, 30


def create_reports(connection: Tables) -> None:
    """Create `reports(entity_id, ord, complaint_id, is_said_again, reporter_no, is_first_report)` from `complaints`.

    `is_said_again`: the same person sent nearly the same text about the same entity again within 30 days; the newest of them counts. Copies by
    different people are different reports, and where a person cannot be told, nothing is left out. `reporter_no` is the order in which an
    entity's complainants first came forward; NULL without a date or a person.
    """
    connection.execute(f"""
        CREATE TABLE reports AS
        WITH again AS (
            SELECT DISTINCT a.complaint_id FROM complaints a JOIN complaints b
            ON a.entity_id = b.entity_id AND a.complainant_key = b.complainant_key AND a.ord != b.ord
            AND bit_count(xor(a.fingerprint, b.fingerprint)) <= {_NEAR}
            AND (b.received_at, b.ord) > (a.received_at, a.ord) AND date_diff('day', a.received_at, b.received_at) <= {_DAYS}
        ),
        firsts AS (
            SELECT entity_id, complainant_key, min((received_at, ord)) AS first_report FROM complaints
            WHERE complainant_key IS NOT NULL AND received_at IS NOT NULL GROUP BY ALL
        ),
        ordered AS (SELECT *, row_number() OVER (PARTITION BY entity_id ORDER BY first_report) AS reporter_no FROM firsts)
        SELECT c.entity_id, c.ord, c.complaint_id, a.complaint_id IS NOT NULL AS is_said_again, o.reporter_no,
               o.reporter_no IS NOT NULL AND (c.received_at, c.ord) = o.first_report AS is_first_report
        FROM complaints c LEFT JOIN again a USING (complaint_id)
        LEFT JOIN ordered o ON o.entity_id = c.entity_id AND o.complainant_key = c.complainant_key
    """)
