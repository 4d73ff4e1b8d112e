"""A letter drawn up: from its template, for a case that has come to where it is called for, by somebody who may."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate, Listing
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import Event, EventKind
from screening.errors import InvalidRequest, InvalidRule, NotAllowed
from screening.reference.data_files import Strict, checked, read_yaml
from screening.reports.cases_run import run_of
from screening.reports.issued import number_of
from screening.reports.letters.context import context_of, material_of
from screening.reports.paper.sealed import resealed
from screening.reports.reading import text_of
from screening.reports.wording import FOLDER, check_wording, read_office, read_wording
from screening.store.workspace import Workspace
from screening.vocabulary import Role

ANY = "any"
_MOVES = (EventKind.MOVED, EventKind.SUBMITTED)


class LetterForm(Strict):
    """One kind of letter: its template, where a case must have come for it, who draws it up, what its numbers count in."""

    label: str
    file: str
    states: tuple[str, ...]
    series: str = ""
    by: tuple[Role, ...]


@dataclass(frozen=True)
class Letter:
    """A draft: `number` as printed, empty where the kind has none."""

    kind: str
    label: str
    number: str
    file_name: str
    content: bytes


def read_letters(rules: Path) -> dict[str, LetterForm]:
    """Every kind by name; raises `InvalidRule` for a faulty one or a template that is not there."""
    path = rules / FOLDER / "letters.yaml"
    forms = checked(dict[str, LetterForm], read_yaml(path), path)
    for name, form in forms.items():
        if not _template(rules, form).is_file():
            raise InvalidRule(
                f"letters.yaml 中 {name} 的模板 {form.file} 不在", "模板放在 rules/documents/letters。", {"file": form.file}
            )
    return forms


def letters_for(workspace: Workspace, book: Casebook, case_id: str, *, actor: Actor) -> dict[str, LetterForm]:
    """The kinds this actor may draw up for a case now; raises as `Casebook.case` does."""
    case, events = book.case(actor, case_id), book.events(actor, case_id)
    forms = read_letters(workspace.settings.rules)
    return {name: form for name, form in forms.items() if actor.role in form.by and _occasion(form, case, events)}


def draw_up(workspace: Workspace, case_id: str, kind: str, *, actor: Actor, at: datetime) -> Letter:
    """The letter as a draft; made again, it has the same number.

    Raises `NotAllowed` for who may not, `InvalidRequest` for an unknown kind or a case that has not come so far, `InvalidRule` for a template that asks
    for what there is not.
    """
    rules = workspace.settings.rules
    forms = read_letters(rules)
    if kind not in forms:
        raise InvalidRequest(
            f"没有“{kind}”这种文书", f"可选：{'、'.join(f'{n}（{f.label}）' for n, f in forms.items())}。", {"kind": kind}
        )
    form, book = forms[kind], Casebook(workspace)
    case = book.case(actor, case_id)
    if actor.role not in form.by:
        roles = "、".join(role.label for role in form.by)
        raise NotAllowed(f"{actor.role.label}不能出{form.label}", f"由{roles}出。", {"role": actor.role, "kind": kind})
    events = book.events(actor, case_id)
    occasion = _occasion(form, case, events)
    if occasion is None:
        needed = "、".join(book.workflow.label(state) for state in form.states)
        raise InvalidRequest(
            f"案件在“{book.workflow.label(case.state)}”，还不到出{form.label}的时候",
            f"提请或办到{needed}后再出。",
            {"case": case_id},
        )
    office, wording = read_office(rules), read_wording(rules)
    number = _number(workspace, actor, kind, form, office.prefix, events, occasion, at)
    runs = workspace.register.runs()
    run = run_of(workspace, events) or (runs[0] if runs else None)
    material = material_of(workspace, book, case, occasion, actor=actor, run=run)
    content = _filled(_template(rules, form), context_of(material, office, wording, number, rules))
    name = f"{form.label}_{case_id}（{wording.draft}）.docx"
    check_wording(wording, text_of(name, content), form.label, is_decided="E3" in case.been)
    return Letter(kind, form.label, number, name, content)


def placeholders(template: Path) -> set[str]:
    """The names a template asks for; raises `InvalidRule` where a bracket is not closed or it is no Word file."""
    try:
        return set(DocxTemplate(template).get_undeclared_template_variables(_environment()))
    except (TemplateError, PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise InvalidRule(
            f"模板 {template.name} 读不了：{error}", "请检查 {{ 和 }} 是否成对，或恢复出厂模板。", {"file": template.name}
        ) from error


def _occasion(form: LetterForm, case: Case, events: list[Event]) -> Event | None:
    """The newest step to, or request for, a state that calls for the letter, in the case's present round."""
    if ANY in form.states:
        return events[0] if events else None
    called = [
        e
        for e in events
        if e.kind in _MOVES and (e.fields.get("to") if e.kind is EventKind.SUBMITTED else e.to_state) in form.states
    ]
    is_called = bool(set(form.states) & set(case.been)) or (case.pending or {}).get("to") in form.states
    return called[-1] if called and is_called else None


def _number(
    workspace: Workspace,
    actor: Actor,
    kind: str,
    form: LetterForm,
    prefix: str,
    events: Sequence[Event],
    occasion: Event,
    at: datetime,
) -> str:
    """霞处非提〔2026〕7号: six-cornered brackets, no leading zeros. A request and the step it leads to are one occasion."""
    if not form.series:
        return ""
    year, number = number_of(
        workspace.register,
        actor,
        name=kind,
        series=form.series,
        case_id=occasion.case_id,
        occasion=_asked_first(events, occasion),
        at=at,
    )
    return f"{prefix}{form.series}〔{year}〕{number}号"


def _asked_first(events: Sequence[Event], occasion: Event) -> int:
    """The number of the event that first called for the letter: the request, where the step was one that had to be approved."""
    before = [event for event in events if event.seq < occasion.seq]
    asked = before[-1] if before else occasion
    is_request = asked.kind is EventKind.SUBMITTED and asked.fields.get("to") == occasion.to_state
    return asked.seq if occasion.kind is EventKind.MOVED and is_request else occasion.seq


def _filled(template: Path, values: dict[str, str]) -> bytes:
    if unknown := placeholders(template) - set(values):
        raise InvalidRule(
            f"模板 {template.name} 里有不认识的项目：{'、'.join(sorted(unknown))}",
            f"可写：{'、'.join(values)}。",
            {"file": template.name},
        )
    document = DocxTemplate(template)
    texts: dict[str, Any] = {name: Listing(text) if "\n" in text else text for name, text in values.items()}
    document.render(texts, _environment(), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    filled = docx.Document(io.BytesIO(buffer.getvalue()))
    filled.core_properties.author = filled.core_properties.last_modified_by = values["单位全称"]
    again = io.BytesIO()
    filled.save(again)
    return resealed(again.getvalue())


def _template(rules: Path, form: LetterForm) -> Path:
    return rules / FOLDER / "letters" / form.file


def _environment() -> SandboxedEnvironment:
    """Templates are edited by people: they may print values, and nothing else."""
    return SandboxedEnvironment(autoescape=True)
