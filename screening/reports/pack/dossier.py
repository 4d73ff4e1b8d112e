"""The papers of a case on paper: who, why, what was found, who said and decided what, and how it can be checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from screening.cases.case import Case
from screening.cases.casebook import Casebook
from screening.cases.events import Event, EventKind
from screening.cases.visits import VisitRecord
from screening.features.portrait import Portrait
from screening.reference.clock import CHINA, local_day, moment
from screening.reference.fields import column_label
from screening.reports.pack.rows import SourceRow
from screening.reports.paper.document import Paper
from screening.reports.sheets import Cell
from screening.reports.wording import Wording
from screening.scoring.explanation import Explanation, Source
from screening.store.register import Run
from screening.text.masking import mask_personal
from screening.vocabulary import Element, Kind, Sector

_SOURCES_SHOWN = 4
_DERIVED = {
    "entity_id": "主体编号",
    "sector": "行业（系统识别）",
    "street_code": "街道（系统识别）",
    "is_sector_certain": "行业是否确定",
}


@dataclass(frozen=True)
class Dossier:
    """Everything a pack tells, cut to what its builder sees."""

    case: Case
    events: Sequence[Event]
    visits: Sequence[VisitRecord]
    portrait: Portrait | None
    explanation: Explanation | None
    rows: Sequence[SourceRow]
    run: Run | None
    book: Casebook
    wording: Wording
    title: str

    @property
    def is_decided(self) -> bool:
        """Whether the authority made its decision."""
        return "E3" in self.case.been

    def said(self, text: object) -> str:
        """What somebody wrote, without personal numbers, as the office puts it."""
        return self.wording.neutral(mask_personal(str(text)), is_decided=self.is_decided) if text else ""

    def portrait_rows(self) -> list[list[Cell]]:
        """Each known column with the row it came from."""
        if self.portrait is None:
            return []
        rows: list[list[Cell]] = []
        for column, value in self.portrait.entity.items():
            if value is None:
                continue
            place = self.portrait.sources.get(column, {})
            shown = (
                Sector(value).label
                if column == "sector"
                else self.book.areas.get(value, value)
                if column == "street_code"
                else _plain(value)
            )
            label = _DERIVED.get(column) or column_label(Kind.ENTITIES, column)
            rows.append(
                [label, self.said(shown), str(place.get("file", "")), str(place.get("sheet", "")), str(place.get("row", ""))]
            )
        return rows

    def reason_rows(self) -> list[list[Cell]]:
        """Each line of the sum."""
        reasons = self.explanation.reasons if self.explanation else []
        return [
            [
                reason.id,
                reason.points,
                Element(reason.element).label if reason.element else "",
                self.said(reason.sentence),
                "；".join(reason.basis),
                "；".join(_place(source) for source in reason.sources),
                self.said(reason.false_positive),
            ]
            for reason in reasons
        ]

    def event_rows(self) -> list[list[Cell]]:
        """Each step, with what was filled in and the files."""
        label = self.book.workflow.label
        return [
            [
                event.seq,
                moment(event.at),
                event.person,
                event.unit,
                event.kind.label,
                label(event.from_state),
                label(event.to_state),
                self.said(event.reason),
                self.filled_in(event),
                "；".join(f"{file['name']}（{file['sha256']}）" for file in event.attachments),
            ]
            for event in self.events
        ]

    def filled_in(self, event: Event) -> str:
        """The fields of a step by their labels; attachments are listed apart."""
        specs = self.book.workflow.fields
        parts = []
        for name, value in event.fields.items():
            spec = specs.get(name)
            if spec is None or spec.kind == "files" or value in (None, "", []):
                continue
            shown = self.book.workflow.choices(spec).get(str(value), str(value)) if spec.kind == "choice" else _plain(value)
            shown = self.book.areas.get(str(value), shown) if spec.kind == "area" else shown
            parts.append(f"{spec.label}：{self.said(shown)}")
        return "；".join(parts)


def write_dossier(dossier: Dossier, sender: str) -> bytes:
    """The .docx; dated by the case's last event, so that it is the same whenever it is written."""
    case, wording = dossier.case, dossier.wording
    last = local_day(dossier.events[-1].at) if dossier.events else local_day(case.opened_at)
    title = f"{case.entity_name}（{case.case_id}）{dossier.title}"
    paper = Paper(title, sender, draft=f"{wording.draft}　{wording.not_public}", dated=datetime.combine(last, time(12), CHINA))
    paper.title(f"{case.entity_name}|{dossier.title}")
    paper.body(
        f"案件编号 {case.case_id}，等级 {case.grade.label}，现为“{dossier.book.workflow.label(case.state)}”（第 {case.version} 版）。{wording.disclaimer}"
    )
    _portrait(paper, dossier)
    _reasons(paper, dossier)
    _found(paper, dossier)
    _decided(paper, dossier)
    paper.heading("办理经过")
    _table(paper, ["序", "时间", "经办", "做了什么", "到", "说明和填写内容"], _timeline(dossier), (0.6, 1.8, 1.6, 1.4, 1.4, 5.2))
    _versions(paper, dossier)
    return paper.content()


def _portrait(paper: Paper, dossier: Dossier) -> None:
    paper.heading("主体画像")
    rows = [[str(row[0]), str(row[1]), " ".join(str(cell) for cell in row[2:] if cell)] for row in dossier.portrait_rows()]
    _table(paper, ["项目", "内容", "出处（文件 工作表 行）"], rows, (2.2, 5, 4))


def _reasons(paper: Paper, dossier: Dossier) -> None:
    paper.heading("评分理由和依据")
    said = dossier.explanation
    if said is None:
        paper.body("没有评分，或评分中没有这个主体。")
        return
    paper.body(
        f"评分截至 {said.as_of}，{said.score:g} 分，{said.grade.label}级；还不知道的事项最多再加 {said.could_add:g} 分。分值是下列各条之和，只表示核查的先后。"
    )
    rows = [
        [f"{reason.points:+g}", dossier.said(reason.sentence), "；".join(reason.basis), _places(reason.sources)]
        for reason in said.reasons
    ]
    _table(paper, ["分值", "理由", "依据", "出处"], rows, (1.1, 4.2, 3.2, 3.5))
    paper.subheading("还不知道的事项")
    unknown = [[u.name, f"{u.could_add:g}", "、".join(u.missing)] for u in said.unknown]
    _table(paper, ["事项", "最多再加", "还缺"], unknown, (4, 1.2, 5))


def _found(paper: Paper, dossier: Dossier) -> None:
    paper.heading("现场核查")
    codes = dossier.book.workflow.findings
    rows = [
        [
            visit.visit_date.isoformat(),
            visit.unit,
            "、".join(f"{o['name']} {o['warrant_no']}".strip() for o in visit.officers),
            dossier.said(visit.findings_text(codes)),
            dossier.said(visit.situation),
        ]
        for visit in dossier.visits
    ]
    _table(paper, ["日期", "单位", "人员及执法证号", "发现", "情况"], rows, (1.4, 1.8, 2.4, 3, 3.4))


def _decided(paper: Paper, dossier: Dossier) -> None:
    paper.heading("会商和决定")
    label = dossier.book.workflow.label
    opinions = [e for e in dossier.events if e.kind is EventKind.OPINION]
    _table(
        paper,
        ["时间", "单位", "建议", "意见"],
        [[moment(e.at), e.unit, label(e.fields.get("proposal")), dossier.said(e.reason)] for e in opinions],
        (1.8, 2.4, 1.8, 6),
    )
    signed = [e for e in dossier.events if e.kind in (EventKind.MINUTES, EventKind.DECLINED) or e.fields.get("submitted_by")]
    for event in signed:
        asked = event.fields.get("submitted_by")
        by = (
            f"{asked['person']}（{asked['unit']}）提请，{event.person}（{event.unit}）批准"
            if asked
            else f"{event.person}（{event.unit}）{event.kind.label}"
        )
        paper.body(f"{moment(event.at)}　{by}：{label(event.to_state)}。{dossier.said(event.reason)}")


def _timeline(dossier: Dossier) -> list[list[str]]:
    label = dossier.book.workflow.label
    return [
        [
            str(event.seq),
            moment(event.at),
            event.person,
            event.kind.label,
            label(event.to_state),
            "；".join(part for part in (dossier.said(event.reason), dossier.filled_in(event)) if part),
        ]
        for event in dossier.events
    ]


def _versions(paper: Paper, dossier: Dossier) -> None:
    paper.heading("附件、版本和核对")
    files = [[file["name"], file["sha256"]] for event in dossier.events for file in event.attachments]
    _table(paper, ["附件", "内容指纹 SHA-256"], files, (4, 8))
    run = dossier.run
    last = dossier.events[-1] if dossier.events else None
    if run:
        paper.body(
            f"评分编号 {run.run_id}，规则库版本 {run.rulebook}，模型未启用。来源行见 04_来源行.csv，每行写明原文件的指纹。"
        )
    if last:
        paper.body(
            f"本案最后一条办理记录为第 {last.seq} 条，指纹 {last.hash}；摘录见 06_审计摘录.csv，可用 screening audit verify 核对。"
        )
    paper.body("本材料包可用 screening pack verify 核对：改动一个字节、缺一个文件、多一个文件都会指出。")


def _table(paper: Paper, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    if rows:
        paper.table(head, rows, widths)
    else:
        paper.body("没有。")


def _places(sources: Sequence[Source]) -> str:
    shown = "；".join(_place(source) for source in sources[:_SOURCES_SHOWN])
    return shown + (f"；等 {len(sources)} 行" if len(sources) > _SOURCES_SHOWN else "")


def _place(source: Source) -> str:
    return f"{source.file} {source.sheet} 第{source.row}行"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return _listed(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def _listed(value: Mapping[str, Any] | list[Any]) -> str:
    """People, findings and units as a person reads them."""
    if isinstance(value, list):
        return "、".join(_plain(part) for part in value)
    if "name" in value:
        return " ".join(str(value[key]) for key in ("name", "warrant_no", "unit") if value.get(key))
    if "code" in value:
        return " ".join(
            [str(value["code"]), *(str(v) for v in (value.get("values") or {}).values()), str(value.get("note") or "")]
        ).strip()
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
