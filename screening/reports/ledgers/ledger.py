"""A ledger made for a reader, and written down."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import model_validator

from screening.access import Actor, Document, Scope, Verb
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.errors import InvalidRequest
from screening.features.complaints import particulars
from screening.reference.clock import local_day
from screening.reference.data_files import Strict, checked, read_yaml
from screening.reference.rights import require, require_scope, scope_of
from screening.reports.ledgers.columns import VALUES, Line
from screening.reports.sheets import Cell, add_sheet, csv_bytes, workbook
from screening.reports.wording import FOLDER, check_wording, read_office, read_wording
from screening.store.queries import dicts, reading
from screening.store.workspace import Workspace
from screening.vocabulary import Grade

_COUNTED = ("complaints_180d", "promised_return_annual_max_1y")


class LedgerColumn(Strict):
    """One column: what its head says, which value it shows."""

    head: str
    value: str


class LedgerForm(Strict):
    """One kind of ledger: which cases, which columns in which order."""

    title: str
    been: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    open_only: bool = False
    columns: tuple[LedgerColumn, ...]

    @model_validator(mode="after")
    def _values_exist(self) -> "LedgerForm":
        if unknown := [column.value for column in self.columns if column.value not in VALUES]:
            raise ValueError(f"没有“{unknown[0]}”这个内容；可写：{'、'.join(VALUES)}")
        return self

    def takes(self, case: Case) -> bool:
        """Whether a case belongs into it."""
        return (not self.been or bool(set(self.been) & set(case.been))) and (not self.grades or case.grade in self.grades)


@dataclass(frozen=True)
class Ledger:
    """A ledger with its lines."""

    kind: str
    title: str
    note: str
    head: list[str]
    rows: list[list[Cell]]


def read_ledgers(rules: Path) -> dict[str, LedgerForm]:
    """Every kind by name; raises `InvalidRule` for a faulty one."""
    path = rules / FOLDER / "ledgers.yaml"
    return checked(dict[str, LedgerForm], read_yaml(path), path)


def make_ledger(workspace: Workspace, kind: str, *, actor: Actor, at: datetime, area: str | None = None) -> Ledger:
    """The cases of a kind of ledger that the actor sees, as far as they see them.

    Raises `NotAllowed` for who may not take lists out, `InvalidRequest` for a kind or subdistrict there is none.
    """
    rules = workspace.settings.rules
    require(actor, Verb.EXPORT, rules)
    require_scope(actor, Document.CASES, rules=rules)
    forms = read_ledgers(rules)
    if kind not in forms:
        known = "、".join(f"{name}（{form.title}）" for name, form in forms.items())
        raise InvalidRequest(f"没有“{kind}”这种台账", f"可选：{known}。", {"kind": kind})
    form, book = forms[kind], Casebook(workspace)
    code = _area(book, area)
    found = [case for case in book.cases(actor, area=code, open_only=form.open_only) if form.takes(case)]
    order = list(book.areas)
    found.sort(key=lambda case: (order.index(case.place) if case.place in order else len(order), case.case_id))
    rows = [[VALUES[column.value](line) for column in form.columns] for line in _lines(workspace, book, found, actor)]
    wording = read_wording(rules)
    note = f"{wording.draft}。截至 {local_day(at)}，共 {len(rows)} 件。导出人 {actor.signature}。{wording.disclaimer}属工作秘密。"
    ledger = Ledger(kind, form.title, note, [column.head for column in form.columns], rows)
    said = "\n".join(str(cell) for row in rows for cell in row)
    check_wording(wording, said, form.title, is_decided=any("E3" in case.been for case in found))
    return ledger


def as_workbook(workspace: Workspace, ledger: Ledger, at: datetime) -> bytes:
    """The ledger as .xlsx."""
    buffer = io.BytesIO()
    with workbook(buffer, ledger.title, read_office(workspace.settings.rules).name, at) as book:
        add_sheet(book, ledger.title[:31], ledger.title, ledger.note, ledger.head, ledger.rows)
    return buffer.getvalue()


def as_csv(ledger: Ledger) -> bytes:
    """The ledger as CSV."""
    return csv_bytes(ledger.head, ledger.rows)


def _area(book: Casebook, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    code = next((code for code, name in book.areas.items() if wanted in (code, name, name.removesuffix("街道"))), None)
    if code is None:
        raise InvalidRequest(f"没有名为“{wanted}”的街道", f"可选：{'、'.join(book.areas.values())}。", {"area": wanted})
    return code


def _lines(workspace: Workspace, book: Casebook, found: Sequence[Case], actor: Actor) -> list[Line]:
    wording = read_wording(workspace.settings.rules)
    entity_ids = sorted({case.entity_id for case in found if case.entity_id})
    registered, counted = _registered(workspace, entity_ids, actor), _counted(workspace, entity_ids, actor)
    lines = []
    for number, case in enumerate(found, start=1):
        visits = book.visits(actor, case.case_id)
        lines.append(
            Line(
                number=number,
                case=case,
                events=book.events(actor, case.case_id),
                visit=visits[-1] if visits else None,
                registered=registered.get(case.entity_id or "", {}),
                counted=counted.get(case.entity_id or "", {}),
                book=book,
                wording=wording,
            )
        )
    return lines


def _registered(workspace: Workspace, entity_ids: Sequence[str], actor: Actor) -> Mapping[str, Mapping[str, Any]]:
    runs = workspace.register.runs()
    return particulars(workspace, runs[0], entity_ids, actor=actor) if runs and entity_ids else {}


def _counted(workspace: Workspace, entity_ids: Sequence[str], actor: Actor) -> Mapping[str, Mapping[str, Any]]:
    """Facts of the last run, for who sees reasons and complaints of these entities by right."""
    rules, runs = workspace.settings.rules, workspace.register.runs()
    by_right = (Scope.DISTRICT, Scope.AREAS)
    if not (runs and entity_ids) or any(
        scope_of(actor, d, rules) not in by_right for d in (Document.REASONS, Document.COMPLAINTS)
    ):
        return {}
    with reading() as connection:
        rows = dicts(
            connection.execute(
                f"SELECT entity_id, {', '.join(_COUNTED)} FROM {workspace.run_rows(runs[0], 'features')} WHERE entity_id IN (SELECT unnest(?::VARCHAR[]))",
                [list(entity_ids)],
            )
        )
    return {row["entity_id"]: row for row in rows}
