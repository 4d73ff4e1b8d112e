"""Finds entities by what people remember of them: a name or part of one (also a former or a shop name), a code, an address, the person in charge.

Every spelling the lists ever gave is kept with a run as the table `terms`, folded: widths, brackets, blanks, case, traditional characters.
Who may find by what: an entity only in whose sight it lies, by columns one sees of it. A person whose name one sees masked is found by the whole name
alone, so that nobody can spell a name out by trying; where persons are hidden nobody is found by one. The answer shows the name as masked as ever.
Source: domain brief 7.2; PIPL art. 6 (minimum necessary).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import duckdb

from screening.access import Actor, Document, Scope, Shown
from screening.features.tables import in_ranges
from screening.identity.name_keys import create_keys, key_sql, parts_sql
from screening.identity.name_parts import NameReader
from screening.identity.names import fold
from screening.reference.areas import read_areas
from screening.reference.fields import read_dictionary
from screening.reference.rights import mask_value, personal_columns, rights_of, scope_of, view
from screening.rulebook.active import active_rules
from screening.rulebook.rule import TENTHS
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import Sight, sight
from screening.store.workspace import Workspace
from screening.text import normal
from screening.vocabulary import Grade, Kind, Sector

SHORTEST = 2  # characters; one alone is in every other name
_COLUMNS = ("name", "former_names", "trade_name", "uscc", "reg_no", "legal_rep_name", "address_reg", "address_biz")
_TIMES = 5  # times as many rows of the lists at once as entities with all their features
_LISTS = ("former_names", "trade_name", "legal_rep_name")  # cells that may hold several
_NAMES = ("name", "former_names", "trade_name")
# How telling a match is: what is whole before what is part, today's name before yesterday's, an address last.
_URGENCY = """CASE WHEN t.field IN ('uscc', 'reg_no') AND t.key = a.key THEN 0
         WHEN t.field = 'name' AND t.is_current AND t.key = a.key THEN 1
         WHEN t.field IN ('name', 'former_names', 'trade_name') AND t.key = a.key THEN 2
         WHEN t.field = 'legal_rep_name' THEN 3
         WHEN t.field = 'name' AND t.is_current THEN 4
         WHEN t.field IN ('name', 'former_names', 'trade_name') THEN 5
         WHEN t.field IN ('uscc', 'reg_no') THEN 6
         ELSE 7 END
"""


@dataclass(frozen=True)
class Match:
    """An entity and where it matched: `label` names the column, `said` what stands there, as the actor may see it; not `is_current` where a later list
    says otherwise. `grade` and `score` None where the actor does not see them; `street` None where no row tells."""

    entity_id: str
    name: str | None
    sector: Sector
    street: str | None
    label: str
    said: str
    is_current: bool
    grade: Grade | None
    score: float | None


@dataclass(frozen=True)
class Matches:
    """The best matches, and how many there are in all. `by_brand` where only the brand (字号) of what was asked for was found."""

    found: list[Match]
    total: int
    by_brand: str = ""


def search_key(text: str) -> str:
    """`聚福（霞山）金店 ` and `聚福(霞山)金店` give one key, `聚福金鋪` and `聚福金铺` too."""
    return fold(normal.fold(text))


def create_terms(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `terms(entity_id, field, said, key, is_current)`: every spelling any list of `raw_entities` gave, folded."""
    columns, lists = ", ".join(_COLUMNS), ", ".join(f"'{column}'" for column in _LISTS)
    spellings = f"""
        SELECT entity_id, field, said, max(ord) = max(max(ord)) OVER (PARTITION BY entity_id, field) AS is_current
        FROM (UNPIVOT (SELECT entity_id, ord, {columns} FROM raw_entities WHERE {{part}}) ON {columns} INTO NAME field VALUE said)
        GROUP BY entity_id, field, said
    """
    connection.execute("CREATE TABLE terms (entity_id VARCHAR, field VARCHAR, said VARCHAR, key VARCHAR, is_current BOOLEAN)")
    for some in in_ranges(connection, spellings, "raw_entities", _TIMES):
        connection.execute(f"CREATE TABLE spellings AS {some}")
        connection.execute(f"""
            CREATE TABLE spelling_parts AS
            SELECT *, {key_sql("name", plain_characters())} AS plain_key FROM (
                SELECT *, said AS name FROM spellings WHERE field NOT IN ({lists})
                UNION ALL SELECT *, unnest({parts_sql("said")}) FROM spellings WHERE field IN ({lists})
            )
        """)
        create_keys(
            connection, "unusual", "SELECT name FROM spelling_parts WHERE plain_key IS NULL", search_key, plain_characters()
        )
        connection.execute("""
            INSERT INTO terms SELECT DISTINCT entity_id, field, said, coalesce(plain_key, name_key) AS key, is_current
            FROM spelling_parts LEFT JOIN unusual USING (name) WHERE key != '' ORDER BY ALL
        """)
        for table in ("spellings", "spelling_parts", "unusual"):
            connection.execute(f"DROP TABLE {table}")


@cache
def plain_characters() -> str:
    """The characters that a search key leaves as they are, but for the case, as a regular expression: simplified Chinese, letters, digits."""
    codes = enumerate(normal.simplified(0x4E00, 0x9FFF))
    runs = [[code for _, code in run] for _, run in groupby(codes, key=lambda pair: pair[1] - pair[0])]
    ranges = "".join(rf"\x{{{run[0]:x}}}-\x{{{run[-1]:x}}}" for run in runs)
    return f"[A-Za-z0-9{ranges}]*"


def search(workspace: Workspace, run: Run, text: str, *, top: int, actor: Actor) -> Matches:
    """Entities of a run that the actor sees and that `text` means, the best first; none for less than two characters.

    Where no spelling holds the text, its brand alone is looked for. Raises `NotAllowed` for a role that sees no registration.
    """
    seen = sight(workspace, actor, Document.REGISTRATION)
    key = search_key(text)
    if len(key) < SHORTEST:
        return Matches([], 0)
    with reading() as connection:
        terms = _terms(connection, workspace, run)
        reader = _Reader(connection, workspace, run, actor, seen, terms)
        found = reader.matches(key, _COLUMNS, top)
        if found.total:
            return found
        brand = NameReader(active_rules(workspace)).parts(normal.fold(text)).brand
        if not SHORTEST <= len(brand) < len(key):
            return found
        found = reader.matches(search_key(brand), _NAMES, top)
    return Matches(found.found, found.total, brand)


def _terms(connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run) -> str:
    """What to select from: the run's own table, or the same made anew for a run of a version that kept none."""
    if workspace.has_table(run, "terms"):
        return workspace.run_rows(run, "terms")
    batches = [batch for batch in workspace.register.batches_of(run) if batch.kind is Kind.ENTITIES]
    with workspace.connect(batches, [Kind.ENTITIES]) as facts:
        create_terms(facts)
        made = facts.sql("SELECT * FROM terms").to_arrow_table()
    connection.register("terms", made)
    return "terms"


class _Reader:
    """Looks a key up as one actor may."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, workspace: Workspace, run: Run, actor: Actor, seen: Sight, terms: str
    ) -> None:
        rules = workspace.settings.rules
        self._connection, self._terms, self._seen, self._rules = connection, terms, seen, rules
        self._scores = workspace.run_table(run, "scores")
        self._visible = set(view(actor, Document.REGISTRATION, dict.fromkeys(_COLUMNS), rules))
        self._masks = rights_of(actor, rules).contact is not Shown.OPEN
        ranks = scope_of(actor, Document.RANKING, rules) is not Scope.NONE
        self._ranked = sight(workspace, actor, Document.RANKING) if ranks else Sight()
        self._streets = {area.code: area.name for area in read_areas(active_rules(workspace)).values()}
        self._labels = {name: field.label for name, field in read_dictionary(Kind.ENTITIES).fields.items()}

    def matches(self, key: str, columns: Sequence[str], top: int) -> Matches:
        """Each entity once, where it matched best; a code is part of no other word, so it may be found by a piece as well."""
        personal = personal_columns(self._rules)
        by_part = [c for c in columns if c in self._visible and not (self._masks and c in personal)]
        whole = [c for c in columns if c in self._visible and c not in by_part]
        in_sight, bound = self._seen.sql()
        query = f"""
            WITH asked AS (SELECT ?::VARCHAR AS key, ?::VARCHAR[] AS by_part, ?::VARCHAR[] AS whole),
            firms AS (SELECT * FROM read_parquet(?) WHERE {in_sight}),
            best AS (
                SELECT f.*, t.field, t.said, t.is_current, {_URGENCY} AS urgency
                FROM {self._terms} t CROSS JOIN asked a JOIN firms f USING (entity_id)
                WHERE CASE WHEN list_contains(a.by_part, t.field) THEN contains(t.key, a.key) ELSE list_contains(a.whole, t.field) AND t.key = a.key END
                QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY urgency, t.is_current DESC, t.field, t.said) = 1
            )
            SELECT *, count(*) OVER () AS total FROM best ORDER BY urgency, rank LIMIT ?
        """
        rows = dicts(self._connection.execute(query, [key, by_part, whole, self._scores, *bound, top]))
        return Matches([self._match(row, personal) for row in rows], rows[0]["total"] if rows else 0)

    def _match(self, row: dict[str, Any], personal: dict[str, str]) -> Match:
        is_ranked = self._ranked.sees(row["entity_id"], row["street_code"])
        said = mask_value(row["field"], row["said"], self._rules) if self._masks and row["field"] in personal else row["said"]
        return Match(
            entity_id=row["entity_id"],
            name=row["name"],
            sector=Sector(row["sector"]),
            street=self._streets.get(row["street_code"]),
            label=self._labels[row["field"]],
            said=said,
            is_current=row["is_current"],
            grade=Grade(row["grade"]) if is_ranked else None,
            score=row["score"] / TENTHS if is_ranked else None,
        )
