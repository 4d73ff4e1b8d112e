"""Ranks over more rows than one processor takes at once: the order that is asked for, and the rows lie in it."""

from screening.scoring.grading import give_ranks
from screening.store.queries import engine

ROWS = 400_000


def test_ranks_go_by_points_then_by_the_longest_unvisited_and_the_rows_lie_in_their_order() -> None:
    with engine() as connection:
        connection.execute(f"""
            CREATE TABLE scored AS SELECT 0 AS rank, 'E' || lpad(hash(n)::VARCHAR, 20, '0') AS entity_id, (hash(n, 1) % 40)::INTEGER AS score,
                CASE WHEN hash(n, 2) % 3 > 0 THEN DATE '2026-10-31' - (hash(n, 3) % 90)::INTEGER END AS last_visit_date
            FROM range({ROWS}) AS r(n)
        """)
        give_ranks(connection, "SELECT * FROM scored")
        rows = connection.sql("SELECT rank, score, last_visit_date, entity_id FROM scores").fetchall()
    assert [rank for rank, *_ in rows] == list(range(1, ROWS + 1))
    keys = [(-score, visited is not None, visited and visited.toordinal(), entity_id) for _, score, visited, entity_id in rows]
    assert keys == sorted(keys)
