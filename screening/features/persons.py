"""Hides persons in the words a reason quotes: heads, shareholders and telephone numbers that lists name, and firms that lie outside a reader's sight.

Why here: a quote is cut together from several columns, so that its personal parts can only be found again by what the lists themselves call a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from screening.access import Actor, Shown
from screening.reference.fields import read_dictionaries
from screening.reference.masks import is_organisation, mask_email, mask_names
from screening.reference.rights import rights_of
from screening.store.queries import reading
from screening.store.register import Run
from screening.store.sight import Sight
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Kind

ELSEWHERE = "（其他辖区或未移送的主体）"
_PERSON_CHANGED = re.compile(
    r"^(?P<item>[^：]*(?:法定代表人|法人|负责人|经营者|投资人|股东|股权|出资|成员|高管|董事|监事|经理|联系人|联络员|合伙人)[^：]*)"
    r"：(?P<before>.*?) → (?P<after>.*)$",
    re.DOTALL,
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_LONG_DIGITS = re.compile(r"(?<!\d)\d{7,12}(?!\d)")
_RELATION = "「"


def hidden_words(workspace: Workspace, run: Run, actor: Actor, seen: Sight, quotes: Iterable[str]) -> Mapping[str, str]:
    """Each quote as this actor may read it."""
    wanted = sorted(set(quotes))
    masks = rights_of(actor, workspace.settings.rules).contact is not Shown.OPEN
    if not wanted or (seen.everything and not masks):
        return {quote: quote for quote in wanted}
    text = "\n".join(wanted)
    persons = _persons(workspace, run, text) if masks else []
    firms = [] if seen.everything else _firms_elsewhere(workspace.run_table(run, "scores"), seen, text)
    return {quote: _hide(quote, persons, firms, masks=masks) for quote in wanted}


def create_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `persons(person)`: every name of a person that any list gives, kept with a run for quotes to be held against."""
    parts = " UNION ".join(
        f"SELECT unnest(regexp_split_to_array({column}, '[、,，;；/\\s]+')) AS person FROM raw_{kind.table} WHERE {column} IS NOT NULL"
        for kind, column in _columns()
    )
    connection.execute(f"CREATE TABLE persons AS SELECT DISTINCT person FROM ({parts}) WHERE length(person) > 1 ORDER BY person")


def _columns() -> list[tuple[Kind, str]]:
    return [
        (kind, name)
        for kind, dictionary in read_dictionaries().items()
        for name, field in dictionary.fields.items()
        if field.personal == "contact" and name not in ("phone", "email")
    ]


def _persons(workspace: Workspace, run: Run, text: str) -> list[str]:
    """Every name of a person that the text contains, the longest first; looked up in the lists themselves for a run that kept none."""
    query = "SELECT person FROM {} WHERE contains($text, person)"
    if workspace.has_table(run, "persons"):
        with reading() as connection:
            rows = connection.execute(query.format(workspace.run_rows(run, "persons")), {"text": text}).fetchall()
    else:
        with workspace.connect(workspace.register.batches_of(run), {kind for kind, _ in _columns()}) as connection:
            create_persons(connection)
            rows = connection.execute(query.format("persons"), {"text": text}).fetchall()
    return sorted((row[0] for row in rows if not is_organisation(row[0])), key=len, reverse=True)


def _firms_elsewhere(scores: str, seen: Sight, text: str) -> list[str]:
    condition, values = seen.sql()
    with reading() as connection:
        rows = connection.execute(
            f"SELECT DISTINCT name FROM read_parquet(?) WHERE NOT coalesce({condition}, false) AND name IS NOT NULL AND contains(?, name)",
            [scores, *values, text],
        ).fetchall()
    return sorted((row[0] for row in rows), key=len, reverse=True)


def _hide(quote: str, persons: Sequence[str], firms: Sequence[str], *, masks: bool) -> str:
    if quote.startswith(_RELATION):
        for firm in firms:
            quote = quote.replace(firm, ELSEWHERE)
    if not masks:
        return quote
    if changed := _PERSON_CHANGED.match(quote):
        quote = f"{changed['item']}：{mask_names(changed['before'])} → {mask_names(changed['after'])}"
    for person in persons:
        quote = quote.replace(person, mask_names(person))
    quote = _MAIL.sub(lambda found: mask_email(found[0]), mask_personal(quote))
    return _LONG_DIGITS.sub(lambda found: f"****{found[0][-4:]}", quote) if quote.startswith(_RELATION) else quote
