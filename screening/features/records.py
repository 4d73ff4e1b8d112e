"""What the lists say happened to an entity, one record a line: changes, penalties, abnormal lists, licences, publicity, visits, listed cases.

A record counts as a run linked it and in its latest version; it keeps the row it came from. What the register made public (changes, penalties, abnormal
lists, licences) is for whoever sees the registration whole; what people collected is for whoever sees the reasons it feeds.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from screening.access import Actor, Document, Scope
from screening.features.persons import hidden_words
from screening.features.tables import record_sql
from screening.reference.rights import require_scope, rights_of, scope_of
from screening.store.queries import dicts, reading
from screening.store.register import Run
from screening.store.sight import sight
from screening.store.workspace import Workspace
from screening.vocabulary import Kind

Row = Mapping[str, Any]
_PUBLIC = (Kind.CHANGES, Kind.PENALTIES, Kind.ABNORMAL, Kind.LICENCES)
_COLLECTED = (Kind.INSPECTIONS, Kind.PUBLICITY, Kind.CASES)


RECORDED = (*_PUBLIC, *_COLLECTED)


@dataclass(frozen=True)
class Record:
    """One thing that happened: `day` None where nobody wrote it down, `said` in words, and the row of the uploaded file that says so."""

    kind: Kind
    day: date | None
    said: str
    file: str
    sheet: str
    row: int
    ends: bool = False  # the end of what an earlier record began: moved off the abnormal list


def records_of(
    workspace: Workspace, run: Run, entity_id: str, *, actor: Actor, among: Collection[Kind] = RECORDED
) -> list[Record]:
    """The records of one entity that the actor may see, oldest first, those of no known day before all others; persons masked as everywhere.

    Raises `NotAllowed` for a role that sees no registration.
    """
    require_scope(actor, Document.REGISTRATION, rules=workspace.settings.rules)
    kinds = [kind for kind in _kinds(workspace, actor, entity_id, street_in(workspace, run, entity_id)) if kind in among]
    if not kinds:
        return []
    links = workspace.run_rows(run, "links")
    batches = workspace.register.batches_of(run)  # all of them: a row's `ord` counts the batches before its own
    found: list[Record] = []
    with workspace.connect(batches, kinds) as connection:
        for kind in sorted({batch.kind for batch in batches} & set(kinds)):
            rows = dicts(
                connection.execute(
                    f"SELECT r.*, b.file_name FROM (SELECT * FROM {links} WHERE kind = '{kind}' AND entity_id = $entity_id) l "
                    f"JOIN raw_{kind.table} r ON r.ord = l.ord JOIN batches b USING (batch_id) "
                    f"QUALIFY row_number() OVER (PARTITION BY {record_sql(kind)} ORDER BY r.ord DESC) = 1",
                    {"entity_id": entity_id},
                )
            )
            found += [record for row in rows for record in _records(kind, row)]
    shown = hidden_words(workspace, run, actor, sight(workspace, actor, Document.REGISTRATION), [record.said for record in found])
    told = [replace(record, said=shown[record.said]) for record in found]
    return sorted(told, key=lambda record: (record.day or date.min, record.kind, record.ends, record.file, record.row))


def was_received(workspace: Workspace, run: Run, kind: Kind) -> bool:
    """Whether anybody delivered a list of that kind by the run: where nobody did, having no record tells nothing."""
    return any(batch.kind is kind for batch in workspace.register.batches_of(run))


def street_in(workspace: Workspace, run: Run, entity_id: str) -> str | None:
    """The subdistrict a run found an entity in; None where no row tells, and for an entity it does not know."""
    with reading() as connection:
        query = "SELECT street_code FROM read_parquet(?) WHERE entity_id = ?"
        row = connection.execute(query, [workspace.run_table(run, "scores"), entity_id]).fetchall()
    return row[0][0] if row else None


def _kinds(workspace: Workspace, actor: Actor, entity_id: str, street_code: str | None) -> tuple[Kind, ...]:
    rules = workspace.settings.rules

    def sees(document: Document) -> bool:
        if scope_of(actor, document, rules) is Scope.NONE:
            return False
        return sight(workspace, actor, document).sees(entity_id, street_code)

    public = sees(Document.REGISTRATION) and Document.REGISTRATION not in rights_of(actor, rules).only
    return (*(_PUBLIC if public else ()), *(_COLLECTED if sees(Document.REASONS) else ()))


def _records(kind: Kind, row: Row) -> list[Record]:
    day, said = _TOLD[kind](row)
    place = (row["file_name"], row["sheet"], row["row_no"])
    records = [Record(kind, _day(day), said, *place)]
    if kind is Kind.ABNORMAL and (row["out_date"] or row["reason_out"]):
        records.append(
            Record(
                kind, _day(row["out_date"]), _joined(f"移出{_list(row)}", row["reason_out"], row["org_out"]), *place, ends=True
            )
        )
    return records


def _change(row: Row) -> tuple[Any, str]:
    return row["change_date"], f"{row['item'] or '变更'}：{row['before'] or '（无）'} → {row['after'] or '（无）'}"


def _penalty(row: Row) -> tuple[Any, str]:
    amount = f"{row['amount_yuan']:,.2f} 元".replace(".00", "") if row["amount_yuan"] else None
    return row["penalty_date"], _joined(row["penalty_kind"], row["reason"], row["result"], amount, row["org"], row["doc_no"])


def _abnormal(row: Row) -> tuple[Any, str]:
    return row["in_date"], _joined(f"列入{_list(row)}", row["reason_in"], row["org_in"])


def _licence(row: Row) -> tuple[Any, str]:
    until = f"有效期至 {row['val_to_date']}" if row["val_to_date"] else None
    return row["val_from_date"], _joined(row["licence_kind"] or "许可", row["licence_no"], row["authority"], until, row["status"])


def _inspection(row: Row) -> tuple[Any, str]:
    return row["visit_date"], _joined(row["unit"], row["findings"], row["notes"]) or "到过现场，没有写发现"


def _publicity(row: Row) -> tuple[Any, str]:
    return row["captured_at"], _joined(row["channel"], row["text"])


def _case(row: Row) -> tuple[Any, str]:
    return row["case_date"], _joined("列入涉非案件名单", row["case_kind"], row["status"], row["org"])


_TOLD: Mapping[Kind, Callable[[Row], tuple[Any, str]]] = {
    Kind.CHANGES: _change,
    Kind.PENALTIES: _penalty,
    Kind.ABNORMAL: _abnormal,
    Kind.LICENCES: _licence,
    Kind.INSPECTIONS: _inspection,
    Kind.PUBLICITY: _publicity,
    Kind.CASES: _case,
}


def _list(row: Row) -> str:
    return row["list_type"] or Kind.ABNORMAL.label


def _joined(*parts: Any) -> str:
    return "；".join(str(part).strip() for part in parts if part not in (None, ""))


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value
