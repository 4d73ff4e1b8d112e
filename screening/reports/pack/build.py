"""What a pack holds, file by file. No file knows when or by whom it was built: the same case gives the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from screening.access import Actor, Verb
from screening.cases.casebook import Casebook
from screening.cases.events import Event
from screening.errors import NotAllowed
from screening.features.portrait import portrait
from screening.reference.clock import CHINA
from screening.reference.data_files import Strict, checked, read_yaml
from screening.reference.rights import require
from screening.reports.cases_run import run_of
from screening.reports.pack.dossier import Dossier, write_dossier
from screening.reports.pack.manifest import packed, verify
from screening.reports.pack.rows import SourceRow, source_rows
from screening.reports.reading import text_of
from screening.reports.sheets import Cell, csv_bytes
from screening.reports.wording import FOLDER, check_wording, read_office, read_wording
from screening.scoring.explanation import explain_many
from screening.store.files import read_file
from screening.store.workspace import Workspace
from screening.vocabulary import Role

_AUDIT = ("seq", "event_id", "kind", "from_state", "to_state", "at", "version", "case_digest", "previous_hash", "hash")

_RULE = ("name", "group", "points", "cited", "verified")


class PackForm(Strict):
    """`rules/documents/pack.yaml`: who builds packs, and what they are called."""

    by: tuple[Role, ...]
    title: str


@dataclass(frozen=True)
class Pack:
    """A pack built: its bytes, and the digest of what is in it, which a pack of the same case built later shares."""

    case_id: str
    content: bytes
    digest: str
    files: list[str]


def read_pack_form(rules: Path) -> PackForm:
    """The form; raises `InvalidRule` for a faulty file."""
    path = rules / FOLDER / "pack.yaml"
    return checked(PackForm, read_yaml(path), path)


def build_pack(workspace: Workspace, case_id: str, *, actor: Actor, at: datetime) -> Pack:
    """Everything known of a case to the one who asks.

    Raises `NotAllowed` for who may not take it out or does not see the case, `InvalidRequest` for an unknown case or an attachment that is not what it was.
    """
    rules = workspace.settings.rules
    require(actor, Verb.EXPORT, rules)
    form, book, wording = read_pack_form(rules), Casebook(workspace), read_wording(rules)
    if actor.role not in form.by:
        raise NotAllowed(
            f"{actor.role.label}不能出{form.title}", f"由{'、'.join(role.label for role in form.by)}出。", {"role": actor.role}
        )
    case, events = book.case(actor, case_id), book.events(actor, case_id)
    run = run_of(workspace, events)
    entity_id = book.resolved(case.entity_id) if case.entity_id else None
    explained = explain_many(workspace, run, [entity_id], actor=actor) if run and entity_id else []
    dossier = Dossier(
        case=case,
        events=events,
        visits=book.visits(actor, case_id),
        portrait=portrait(workspace, entity_id, actor=actor, run=run) if run and entity_id and explained else None,
        explanation=explained[0] if explained else None,
        rows=source_rows(workspace, run, entity_id, wording, actor=actor) if run and entity_id else [],
        run=run,
        book=book,
        wording=wording,
        title=form.title,
    )
    entries = _entries(workspace, dossier, read_office(rules).name)
    is_decided = "E3" in case.been
    for name, content in entries.items():
        if "/" not in name:
            check_wording(wording, text_of(name, content), name, is_decided=is_decided)
    about = {
        "built_at": at.astimezone(CHINA).isoformat(timespec="seconds"),
        "built_by": actor.signature,
        "note": wording.disclaimer,
    }
    content = packed(case_id, entries, about)
    return Pack(case_id, content, verify(content).content, sorted(entries))


def _entries(workspace: Workspace, dossier: Dossier, sender: str) -> dict[str, bytes]:
    """The files by name; attachments in a folder of their own, under the beginning of their fingerprint."""
    entries = {
        "01_案件材料.docx": write_dossier(dossier, sender),
        "02_主体画像.csv": csv_bytes(["项目", "内容", "文件", "工作表", "行"], dossier.portrait_rows()),
        "03_评分理由.csv": csv_bytes(["编号", "分值", "要件", "理由", "依据", "出处", "可能的误报"], dossier.reason_rows()),
        "04_来源行.csv": csv_bytes(
            ["种类", "文件", "文件指纹SHA-256", "工作表", "行", "收到日期", "列", "内容"], list(_row_cells(dossier.rows))
        ),
        "05_办理经过.csv": csv_bytes(
            ["序", "时间", "经办", "单位", "做了什么", "从", "到", "说明", "填写内容", "附件"], dossier.event_rows()
        ),
        "06_审计摘录.csv": csv_bytes(list(_AUDIT), [_audit_cells(event) for event in dossier.events]),
        "07_版本.json": _json(_versions(workspace, dossier)),
    }
    for event in dossier.events:
        for file in event.attachments:
            entries[f"附件/{file['sha256'][:12]}_{file['name']}"] = read_file(workspace, file["sha256"])
    return entries


def _row_cells(rows: Sequence[SourceRow]) -> Iterator[list[Cell]]:
    for row in rows:
        place: list[Cell] = [row.kind, row.file, row.file_sha256, row.sheet, row.row, row.received.isoformat()]
        for label, text in row.cells.items():
            yield [*place, label, text]


def _audit_cells(event: Event) -> list[Cell]:
    values = (getattr(event, name) for name in _AUDIT)
    return [
        value.astimezone(CHINA).isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
        for value in values
    ]


def _versions(workspace: Workspace, dossier: Dossier) -> dict[str, Any]:
    """Which rules, which run, which state of the case: what somebody needs to get the same again."""
    run, said = dossier.run, dossier.explanation
    book = workspace.register.rulebook(run.rulebook) if run else {}
    hit = [reason.id for reason in said.reasons if reason.kind == "rule"] if said else []
    return {
        "案件": dossier.case.case_id,
        "案件版本": dossier.case.version,
        "评分编号": run.run_id if run else None,
        "评分截止日期": run.as_of.isoformat() if run else None,
        "规则库版本": run.rulebook if run else None,
        "命中规则": {rule_id: {key: book["rules"][rule_id].get(key) for key in _RULE} for rule_id in hit},
        "模型": "未启用",
        "资料批次": sorted(run.batches) if run else [],
    }


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n").encode()
