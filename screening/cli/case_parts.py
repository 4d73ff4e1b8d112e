"""What the commands of a case have in common: what they are given, and how they say what became of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from screening.access import Actor
from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cli.options import acting, open_workspace
from screening.cli.printing import out, print_json
from screening.errors import InvalidFile, InvalidRequest
from screening.reference.clock import moment
from screening.store.files import keep_file

CaseId = Annotated[str, typer.Argument(metavar="案件编号")]
Version = Annotated[
    int | None, typer.Option("--version", metavar="版本", help="您看到的版本；有人先改过就拒绝。不写则以现在的为准。")
]
Fields = Annotated[list[str] | None, typer.Option("--field", metavar="项目=内容", help="要填的项目，可写多次；内容可以是 JSON。")]
Files = Annotated[list[str] | None, typer.Option("--file", metavar="项目=文件", help="要附的文件，可写多次。")]
Reason = Annotated[str, typer.Option("--reason", metavar="说明", help="为什么。")]


def given(book: Casebook, actor: Actor, fields: list[str] | None, files: list[str] | None, at: datetime) -> dict[str, Any]:
    """`名=值` as values, `名=路径` as files kept; a value that is JSON is read as such. Names may be Chinese labels."""
    names = {spec.label: name for name, spec in book.workflow.fields.items()}
    read: dict[str, Any] = {}
    for text in fields or ():
        name, value = pair(text)
        read[names.get(name, name)] = _json(name, value) if value[:1] in ("[", "{") else value
    for text in files or ():
        name, path = pair(text)
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise InvalidFile(f"找不到或打不开文件 {path}", "请检查路径和读取权限。", {"file": path}) from error
        kept = keep_file(book.workspace, content, path, by=actor.person_id, at=at)
        read.setdefault(names.get(name, name), []).append(kept.sha256)
    return read


def _json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise InvalidRequest(
            f"“{name}”的 JSON 写法不对：{value[:60]}", '例如 [{"name":"甲","warrant_no":"粤G1"}]。', {"field": name}
        ) from error


def pair(text: str) -> tuple[str, str]:
    """Both sides of `名=值`; raises `InvalidRequest` without the sign."""
    name, sign, value = text.partition("=")
    if not sign:
        raise InvalidRequest(f"“{text}”的写法不对", "请写成 项目=内容。", {"field": text})
    return name.strip(), value.strip()


def line(book: Casebook, case: Case) -> dict[str, Any]:
    """A case as lists and answers give it."""
    waits = book.workflow.label(case.pending["to"]) if case.pending and case.pending.get("to") else ""
    return {
        "case_id": case.case_id,
        "entity_id": case.entity_id,
        "entity_name": case.entity_name,
        "state": case.state,
        "state_label": book.workflow.label(case.state),
        "grade": case.grade.value,
        "street": book.areas.get(case.place or "", ""),
        "assignee": case.assignee,
        "due_at": case.due_at,
        "version": case.version,
        "waits_for": waits or (case.pending["verb"] if case.pending else ""),
    }


def tell(book: Casebook, case: Case, as_json: bool) -> None:
    """Where a case stands after what was done to it."""
    if as_json:
        print_json({"case": line(book, case)})
        return
    waits = "，已提请，等待批准" if case.pending else ""
    out.print(
        f"{case.case_id} 现在是 {case.state} {book.workflow.label(case.state)}（第 {case.version} 版）{waits}。到期：{due(case.due_at)}"
    )


def due(at: datetime | None) -> str:
    """When a term ends, if one runs."""
    return moment(at) if at else "—"


def changed(case_id: str, version: int | None, as_json: bool, verb: Callable[[Casebook, Actor, int, datetime], Case]) -> None:
    """Do something to a case, against the version its author saw, and say where it stands."""
    with open_workspace() as workspace:
        book, actor = Casebook(workspace), acting(workspace)
        seen = book.case(actor, case_id).version if version is None else version
        after = verb(book, actor, seen, datetime.now(UTC))
    tell(book, after, as_json)
