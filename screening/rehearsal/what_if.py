"""One entity as it might be: some of its columns otherwise, or one more complaint, scored by the same stages. Nothing is saved.

The change is one more row in memory, newer than all delivered ones: exactly what a later list that says so would do, to others too.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

import duckdb

from screening.access import Actor, Document, Verb
from screening.errors import InvalidRequest
from screening.identity.decisions import subject_of
from screening.intake.cells.values import Reading, Value, ValueReader
from screening.reference.fields import Field, FieldType, read_dictionary, read_layout
from screening.reference.rights import require
from screening.rehearsal.moves import Cause, causes
from screening.rehearsal.snapshot import Snapshot, take
from screening.rulebook.active import active_rules
from screening.rulebook.rule import TENTHS, Grades
from screening.store.queries import sql_text
from screening.store.register import Decision
from screening.store.sight import require_district
from screening.store.workspace import Workspace
from screening.text.masking import mask_personal
from screening.vocabulary import Grade, Kind, Verdict

_SUPPOSED = "supposed"  # delivery, person and record of what is only supposed


@dataclass(frozen=True)
class Line:
    """One line of a score: a rule that hit, or what a group's cap takes (id `CAP-<group>`). Points."""

    id: str
    name: str
    points: float


@dataclass(frozen=True)
class Standing:
    """Where the entity stands; Σ points of `reasons` is `score`. `to_next_up` points bring it to `next_up`, the next grade above by cut-off;

    losing `to_next_down` points takes it below the cut-off it has passed. None where there is no grade further up or down.
    """

    score: float
    grade: str
    could_add: float
    completeness: float
    red_line: bool
    reasons: list[Line]
    next_up: str | None
    to_next_up: float | None
    next_down: str | None
    to_next_down: float | None


@dataclass(frozen=True)
class WhatIf:
    """An entity as it is and as it would be."""

    entity_id: str
    name: str | None
    as_of: date
    changes: dict[str, Any]
    before: Standing
    after: Standing
    because: list[Cause]

    def document(self) -> dict[str, Any]:
        """The `rules what-if --json` document."""
        return asdict(self)


def what_if(
    workspace: Workspace, entity_id: str, changes: Mapping[str, Value], as_of: date, complaint: str | None = None, *, actor: Actor
) -> WhatIf:
    """Score one entity as of a day with some canonical columns changed, and perhaps one more complaint about it on that day, by a person not known yet.

    Texts are read as cells of a list are: `5000万元`, `2026-10-01`, `是`. Raises `InvalidRequest` for an unknown entity or column, or a value that cannot be
    read, or an empty one: a blank in a list never wipes out what is known. Raises `NotAllowed` for who may not rehearse or does not see every entity.
    """
    require(actor, Verb.REHEARSE, workspace.settings.rules)
    require_district(workspace, actor, Document.REASONS)
    values = {column_of(word): _value(word, value, as_of) for word, value in changes.items()}
    complaint = (complaint or "").strip() or None
    if not values and not complaint:
        raise InvalidRequest("没有写要改什么", "用 --set 列=值，或用 --complaint 写一段投诉。", {"entity_id": entity_id})

    def suppose(connection: duckdb.DuckDBPyConnection) -> None:
        if values:
            _add_entity_row(connection, entity_id, values, as_of)
        if complaint:
            _add_complaint(connection, complaint, as_of)

    rules = active_rules(workspace)
    before = take(workspace, rules, as_of)
    if entity_id not in before.row:
        raise InvalidRequest(f"截至 {as_of} 没有主体 {entity_id}", "请核对编号和截止日期。", {"entity_id": entity_id})
    after = take(workspace, rules, as_of, suppose, [_meant(entity_id, as_of)])
    row = before.row[entity_id]
    return WhatIf(
        entity_id,
        after.entities[row]["name"],
        as_of,
        values | ({"complaint": complaint} if complaint else {}),
        _standing(before, row),
        _standing(after, row),
        causes(before, after, row, before.names),
    )


def column_of(word: str) -> str:
    """The canonical column behind its code or Chinese label; raises `InvalidRequest`."""
    fields = read_dictionary(Kind.ENTITIES).fields
    for column, field in fields.items():
        if word in (column, field.label):
            return column
    raise InvalidRequest(
        f"主体名单没有“{word}”这一列", f"可用：{'、'.join(f.label for f in fields.values())}。", {"column": word}
    )


def _value(word: str, value: Value, as_of: date) -> Value:
    column = column_of(word)
    field = read_dictionary(Kind.ENTITIES).fields[column]
    if isinstance(value, str):
        parsed = ValueReader(read_layout()).parser(Reading(column, field, _unit(field), False, as_of))(value)
        if parsed.problem:
            raise InvalidRequest(f"{field.label} 的值“{value}”读不了：{parsed.problem}", "照名单里的写法写。", {"column": column})
        value = parsed.value
    if value is None:
        raise InvalidRequest(f"没有写{field.label}的值", "名单里的空白不会抹去已知内容，所以不能改成空白。", {"column": column})
    return value


def _unit(field: Field) -> str | None:
    return "元" if field.type is FieldType.MONEY else field.bare_unit


def _add_batch(connection: duckdb.DuckDBPyConnection, kind: Kind, as_of: date) -> None:
    """A delivery newer than all others, for supposed rows."""
    connection.execute(
        f"INSERT INTO batches SELECT '{_SUPPOSED}-{kind}', max(batch_no) + 1, '{kind}', '假设', NULL, ? FROM batches", [as_of]
    )


def _add_row(connection: duckdb.DuckDBPyConnection, kind: Kind, rows: str, cells: Mapping[str, Value]) -> None:
    """Let `raw_<kind>` end with the row that `rows` selects, with these cells put in. It stays a view, as identity expects."""
    name = f"raw_{kind.table}"
    connection.execute(f"CREATE TABLE {_SUPPOSED}_{kind.table} AS {rows}")
    for column, value in (dict(cells) | {"batch_id": f"{_SUPPOSED}-{kind}", "row_no": 1}).items():
        connection.execute(f'UPDATE {_SUPPOSED}_{kind.table} SET "{column}" = ?', [value])
    connection.execute(f"UPDATE {_SUPPOSED}_{kind.table} SET ord = (SELECT max(batch_no) << 32 FROM batches)")
    connection.execute(f"ALTER VIEW {name} RENAME TO reported_{kind.table}")
    connection.execute(
        f"CREATE VIEW {name} AS SELECT * FROM reported_{kind.table} UNION ALL BY NAME SELECT * FROM {_SUPPOSED}_{kind.table}"
    )


def _add_entity_row(connection: duckdb.DuckDBPyConnection, entity_id: str, values: Mapping[str, Value], as_of: date) -> None:
    """The newest row of the entity once more (its sheet may tell the sector), changed."""
    _add_batch(connection, Kind.ENTITIES, as_of)
    newest = f"SELECT * FROM raw_entities WHERE entity_id = {sql_text(entity_id)} ORDER BY ord DESC LIMIT 1"
    _add_row(connection, Kind.ENTITIES, newest, values)


def _add_complaint(connection: duckdb.DuckDBPyConnection, text: str, as_of: date) -> None:
    """One complaint received that day, of which only the words are known."""
    _add_batch(connection, Kind.COMPLAINTS, as_of)
    connection.execute("CREATE TEMP TABLE nothing_said AS FROM raw_complaints LIMIT 0")
    connection.execute("INSERT INTO nothing_said (source_no) VALUES (?)", [_SUPPOSED])
    said: dict[str, Value] = {
        "content": mask_personal(text),
        "received_at": datetime.combine(as_of, time()),
        "complainant_key": _SUPPOSED,
    }
    _add_row(connection, Kind.COMPLAINTS, "FROM nothing_said", said)


def _meant(entity_id: str, as_of: date) -> Decision:
    """Whom the supposed complaint is about."""
    subject = subject_of(Kind.COMPLAINTS, _SUPPOSED)
    return Decision(0, subject, entity_id, Verdict.SAME, "假设", "演练", datetime.combine(as_of, time()), None, None)


def _standing(snapshot: Snapshot, row: int) -> Standing:
    entity, grades = snapshot.entities[row], snapshot.book.grades
    lines = [Line(rule.id, rule.name, int(snapshot.points[row, i]) / TENTHS) for i, rule in enumerate(snapshot.rules)]
    hits = sorted((line for line in lines if line.points), key=lambda line: (-line.points, line.id))
    caps = [Line(f"CAP-{group}", "同组上限", -int(cut[row]) / TENTHS) for group, cut in snapshot.cuts.items() if cut[row]]
    return Standing(
        entity["score"] / TENTHS,
        entity["grade"],
        entity["could_add"] / TENTHS,
        round(entity["completeness"], 3),
        entity["red_line"],
        hits + caps,
        *_next_up(entity, grades),
        *_next_down(entity, grades),
    )


def _next_up(entity: Mapping[str, Any], grades: Grades) -> tuple[str | None, float | None]:
    """Nothing above for one that a combination holds down, however many points it gets."""
    ceilings = [one.at_most for one in grades.combinations if one.at_most and one.id in entity["combinations"]]
    if any(_urgency(entity["grade"]) <= _urgency(ceiling) for ceiling in ceilings):
        return None, None
    above = [grade for grade, _ in grades.by_urgency if _urgency(grade) < _urgency(entity["grade"])]
    return (above[-1].value, (grades.cut_offs[above[-1]] - entity["score"]) / TENTHS) if above else (None, None)


def _next_down(entity: Mapping[str, Any], grades: Grades) -> tuple[str | None, float | None]:
    """Nothing below for a grade without cut-off, nor for one that a red line or a combination holds."""
    grade = Grade(entity["grade"])
    floors = {one.at_least for one in grades.combinations if one.at_least and one.id in entity["combinations"]}
    if entity["red_line"]:
        floors.add(grades.red_line_at_least)
    if grade not in grades.cut_offs or grade in floors:
        return None, None
    below = [other for other, _ in grades.by_urgency if _urgency(other) > _urgency(grade)]
    lowest = Grade.INSUFFICIENT if entity["completeness"] < grades.min_completeness else Grade.BLUE
    return (below[0] if below else lowest).value, (entity["score"] - grades.cut_offs[grade] + 1) / TENTHS


def _urgency(grade: str) -> int:
    return list(Grade).index(Grade(grade))
