"""The tables facts are drawn from: each entity as last known, and every other record in its latest version, linked.

A column of `entities` holds the newest value anybody delivered; a blank in a later list does not wipe out what an earlier one said.
"""

from pathlib import Path

from screening.features.repeats import create_reports
from screening.reference.areas import street_sql
from screening.reference.fields import read_dictionary
from screening.reference.sectors import read_sectors, sector_sql
from screening.store.queries import sql_text
from screening.store.tables import Tables, create_from, in_parts
from screening.vocabulary import Kind, Sector

# What makes two delivered rows versions of one record; every other kind's rows are records of their own.
_RECORD = {
    Kind.COMPLAINTS: "coalesce(r.source_no, r.row_hash::VARCHAR)",
    Kind.LICENCES: "concat_ws('|', l.entity_id, r.licence_kind, r.licence_no)",
    Kind.ABNORMAL: "concat_ws('|', l.entity_id, r.list_type, r.in_date, r.reason_in)",
    Kind.ANNUAL_REPORTS: "concat_ws('|', l.entity_id, r.year)",
    Kind.SHAREHOLDERS: "concat_ws('|', l.entity_id, r.shareholder_name)",
    Kind.MICROLENDER_REPORTS: "concat_ws('|', l.entity_id, r.period_end)",
    Kind.PAWNSHOP_REPORTS: "concat_ws('|', l.entity_id, r.period_end)",
}
_EXTRA = {
    Kind.COMPLAINTS: ", coalesce(r.source_no, r.row_hash::VARCHAR) AS complaint_id, l.method AS link_method, l.confidence AS link_confidence"
}
AT_ONCE = 200_000  # rows as wide as an entity with all its features; a district is one go
TOLD_BY = "__told_by"  # of a cell: the `ord` of the row it came from
_WIDTH = 8  # short rows that a text with its marks is worth in memory
_MARKED = (Kind.COMPLAINTS, Kind.PUBLICITY)
_MARKS = "marks, is_whole, direction, is_direction_stated, promises, fingerprint, amount_said_yuan, persons_said"


def create_tables(connection: Tables, rules: Path) -> None:
    """Create `entities`, `entity_cells`, one table for each other kind, and `reports`. Needs `links` and `text_marks`."""
    _create_entities(connection, rules)
    for kind in Kind:
        if kind is not Kind.ENTITIES:
            _create_records(connection, kind)
    for table in ("newest", "told"):
        connection.execute(f"DROP TABLE {table}")
    create_reports(connection)


def cells_sql(source: str) -> str:
    """Per entity of `source` and column the newest value, or NULL, and `<column>__told_by`; `newest` is the `ord` of the newest row itself.

    `arg_max` leaves out rows without a value. An entity of which there is one row has nothing to be chosen from, and choosing is what takes long.
    """
    columns = entity_columns()
    only = ", ".join(f'{c}, CASE WHEN {c} IS NOT NULL THEN ord END AS "{c}{TOLD_BY}"' for c in columns)
    chosen = ", ".join(f'arg_max({c}, ord) AS {c}, max(ord) FILTER (WHERE {c} IS NOT NULL) AS "{c}{TOLD_BY}"' for c in columns)
    return f"""
        WITH several AS (SELECT entity_id FROM {source} GROUP BY entity_id HAVING count(*) > 1)
        SELECT r.entity_id, {only}, ord AS newest, sheet AS newest_sheet
        FROM {source} r LEFT JOIN several s ON s.entity_id = r.entity_id WHERE s.entity_id IS NULL
        UNION ALL
        SELECT entity_id, {chosen}, max(ord), arg_max(sheet, ord) FROM {source} SEMI JOIN several USING (entity_id) GROUP BY entity_id
    """


def entities_sql(cells: str, rules: Path) -> str:
    """The values of a table of cells, with `sector` and `street_code` as they are recognised.

    `is_sector_certain` is false where nothing speaks for a sector but something that could is missing: such an entity may be of any.
    """
    declared = " ".join(
        f"WHEN regexp_matches(newest_sheet, {sql_text('|'.join(marks.declared))}) THEN {sql_text(marks.declared[0])}"
        for marks in read_sectors(rules).values()
        if marks.declared
    )
    values = ", ".join(c for c in entity_columns() if c != "sector_declared")
    known = f"SELECT entity_id, {values}, coalesce(sector_declared, CASE {declared} END) AS sector_declared FROM {cells}"
    told = f"SELECT *, {sector_sql(rules)} AS sector, {street_sql(rules)} AS street_code FROM ({known})"
    certain = f"sector != '{Sector.OTHER}' OR (name IS NOT NULL AND industry_code IS NOT NULL AND scope IS NOT NULL)"
    return f"SELECT *, ({certain}) AS is_sector_certain FROM ({told}) ORDER BY entity_id"


def in_ranges(connection: Tables, query: str, source: str, times: int = 1) -> list[str]:
    """A query over the entities that `{part}` holds for, as several: in the order of their ids, each for about `times` `AT_ONCE` rows of `source`. What is too
    wide for little memory is made by them, and lies in the order it would have been made in at once."""
    numbered = f"SELECT entity_id, row_number() OVER (ORDER BY entity_id) AS number FROM {source}"
    last = f"SELECT DISTINCT entity_id FROM ({numbered}) WHERE number % {times * AT_ONCE} = 0 ORDER BY entity_id"
    ends = [sql_text(row[0]) for row in connection.execute(last).fetchall()]
    after = ["true", *(f"entity_id > {end}" for end in ends)]
    until = [*(f"entity_id <= {end}" for end in ends), "true"]
    return [query.replace("{part}", f"{low} AND {high}") for low, high in zip(after, until, strict=True)]


def entity_columns() -> list[str]:
    """Canonical columns of an entity."""
    return list(read_dictionary(Kind.ENTITIES).fields)


def record_sql(kind: Kind) -> str:
    """What makes two delivered rows `r`, linked by `l`, versions of one record."""
    return _RECORD.get(kind, "r.row_hash")


def _create_entities(connection: Tables, rules: Path) -> None:
    connection.execute(f"CREATE TABLE entity_cells AS {cells_sql('raw_entities')}")
    connection.execute(f"CREATE TABLE entities AS {entities_sql('entity_cells', rules)}")


def _create_records(connection: Tables, kind: Kind) -> None:
    """The newest version of each record. One join at a time: what several hold at once, no memory limit can make them give back."""
    linked = f"SELECT ord, entity_id, method, confidence FROM links WHERE kind = '{kind}' AND entity_id IS NOT NULL"
    connection.execute(f"""
        CREATE OR REPLACE TABLE newest AS
        SELECT max(r.ord) AS ord FROM raw_{kind.table} r JOIN ({linked}) l ON l.ord = r.ord GROUP BY {record_sql(kind)}
    """)
    connection.execute(f"CREATE OR REPLACE TABLE told AS SELECT * FROM ({linked}) l SEMI JOIN newest USING (ord)")
    marks = f", {_MARKS}" if kind in _MARKED else ""
    if marks:
        marked = f"SELECT * FROM text_marks WHERE kind = '{kind}'"
        connection.execute(
            f"CREATE OR REPLACE TABLE told AS SELECT l.*{marks} FROM told l LEFT JOIN ({marked}) t ON t.ord = l.ord"
        )
    told = f"""
        SELECT r.*, l.entity_id{_EXTRA.get(kind, "")}{marks}
        FROM (SELECT * FROM raw_{kind.table} WHERE {{part}}) r JOIN (SELECT * FROM told WHERE {{part}}) l ON l.ord = r.ord
    """
    create_from(connection, kind.table, in_parts(connection, told, "told", "ord", _WIDTH if marks else 1))
