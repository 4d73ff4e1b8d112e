"""What a move asks people to fill in: kinds of fields, each read from what was given and refused with a sentence when it will not do.

A date may be given as text, people as rows of name, unit and warrant number, files as the content hashes under which they were kept.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from screening.errors import InvalidRequest
from screening.reference.data_files import Strict

Kind = Literal["text", "date", "number", "choice", "files", "people", "findings", "units", "area"]
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORTEST_TEXT = 2


class FieldSpec(Strict):
    """One thing to fill in. `min` counts files, people, units or findings; `warrant` asks each person for a warrant number (执法证号).

    `past` marks a day of something that has happened.
    """

    label: str
    kind: Kind
    choices: str | dict[str, str] = {}
    min: int = 1
    warrant: bool = False
    whole: bool = False
    required: bool = False
    past: bool = False


class FindingSpec(Strict):
    """One finding code of the visit form: what to write beside it, and whether it counts as something found."""

    label: str
    of_concern: bool
    photo: bool = False
    values: dict[str, FieldSpec] = {}


class Reader:
    """Reads given values by their specifications: `choices` resolves a field's choices, `areas` are the subdistricts, `findings` the codes."""

    def __init__(self, choices: Any, areas: Mapping[str, str], findings: Mapping[str, FindingSpec]) -> None:
        self._choices, self._areas, self._findings = choices, areas, findings

    def read(self, spec: FieldSpec, value: Any) -> Any:
        """The value in its plain form (JSON); raises `InvalidRequest` naming the field."""
        reader = getattr(self, f"_read_{spec.kind}")
        return reader(spec, value)

    def _read_text(self, spec: FieldSpec, value: Any) -> str:
        text = str(value).strip()
        if len(text) < _SHORTEST_TEXT and not text.isdigit():
            raise _refused(spec, "不能空着", "请写明。")
        return text

    def _read_date(self, spec: FieldSpec, value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError as error:
            raise _refused(spec, f"“{value}”不是日期", "请写成 2026-10-31 的样子。") from error

    def _read_number(self, spec: FieldSpec, value: Any) -> int | float:
        try:
            number = Decimal(str(value).replace(",", "").replace("，", "").strip())
        except InvalidOperation as error:
            raise _refused(spec, f"“{value}”不是数字", "请只写数字。") from error
        if not number.is_finite() or number < 0 or (spec.whole and number != int(number)):
            raise _refused(spec, f"“{value}”不是{'整' if spec.whole else '正'}数", "请核对后再填。")
        return int(number) if number == int(number) else float(number)

    def _read_choice(self, spec: FieldSpec, value: Any) -> str:
        choices: Mapping[str, str] = self._choices(spec)
        for code, label in choices.items():
            if str(value) in (code, label):
                return code
        raise _refused(spec, f"没有“{value}”这一项", f"可选：{'、'.join(choices.values())}。")

    def _read_area(self, spec: FieldSpec, value: Any) -> str:
        for code, name in self._areas.items():
            if str(value) in (code, name):
                return code
        raise _refused(spec, f"没有“{value}”这个街道", f"可选：{'、'.join(self._areas.values())}。")

    def _read_units(self, spec: FieldSpec, value: Any) -> list[str]:
        units = list(dict.fromkeys(str(unit).strip() for unit in _listed(value) if str(unit).strip()))
        _enough(spec, units, "个单位")
        return units

    def _read_files(self, spec: FieldSpec, value: Any) -> list[str]:
        files = list(dict.fromkeys(str(file) for file in _listed(value)))
        if wrong := [file for file in files if not _HASH.fullmatch(file)]:
            raise _refused(spec, f"附件 {wrong[0]} 还没有存入", "请先上传附件。")
        _enough(spec, files, "个附件")
        return files

    def _read_people(self, spec: FieldSpec, value: Any) -> list[dict[str, str]]:
        people = people_of(value)
        named = {row["name"]: row for row in people if row["name"]}
        if len(named) < spec.min:
            raise _refused(spec, f"须有 {spec.min} 名以上不同的人，现有 {len(named)} 名", "请补填姓名。")
        if spec.warrant:
            if missing := [name for name, row in named.items() if not row["warrant_no"]]:
                raise _refused(spec, f"{missing[0]} 没有填执法证号", "每名执法人员都要填执法证号（条例第二十一条）。")
            if len({row["warrant_no"] for row in named.values()}) < spec.min:
                raise _refused(spec, "执法证号重复", "每人一个执法证号，请核对。")
        return list(named.values())

    def _read_findings(self, spec: FieldSpec, value: Any) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for row in _listed(value):
            given = row if isinstance(row, Mapping) else {"code": row}
            finding = self._finding(spec, given)
            found[finding["code"]] = finding
        _enough(spec, list(found), "个编码")
        if "S10" in found and any(self._findings[code].of_concern for code in found):
            raise _refused(spec, "S10“正常”不能与其他问题编码同时勾选", "请核对核查表。")
        return list(found.values())

    def _finding(self, spec: FieldSpec, given: Mapping[str, Any]) -> dict[str, Any]:
        code = str(given.get("code", "")).strip().upper()[:3]
        if code not in self._findings:
            raise _refused(spec, f"没有编码“{given.get('code', '')}”", f"可用：{'、'.join(self._findings)}。")
        values: dict[str, Any] = {}
        for name, wanted in self._findings[code].values.items():
            value = given.get(name, (given.get("values") or {}).get(name))
            if value in (None, ""):
                if wanted.required:
                    raise _refused(spec, f"{code}“{self._findings[code].label}”没有填{wanted.label}", "请补填后再提交。")
                continue
            values[name] = self.read(wanted, value)
        return {"code": code, "values": values, "note": str(given.get("note", "")).strip()}


def people_of(value: Any) -> list[dict[str, str]]:
    """Rows of name, warrant number and unit, however they were given."""
    return [_person(row) for row in _listed(value)]


def _person(row: Any) -> dict[str, str]:
    """A person from a row, or from words: `张某/440801/解放街道办` is name, warrant number, unit."""
    if not isinstance(row, Mapping):
        name, warrant, unit = (*(part.strip() for part in str(row).split("/")), "", "")[:3]
        row = {"name": name, "warrant_no": warrant, "unit": unit}
    return {key: str(row.get(key) or "").strip() for key in ("name", "warrant_no", "unit")}


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, str):
        return [part for part in re.split("[,，、;；]", value) if part.strip()]
    return list(value) if isinstance(value, Sequence) else [value]


def _enough(spec: FieldSpec, given: Sequence[Any], what: str) -> None:
    if len(given) < spec.min:
        raise _refused(spec, f"须有 {spec.min} {what}以上，现有 {len(given)}", "请补齐后再提交。")


def _refused(spec: FieldSpec, why: str, hint: str) -> InvalidRequest:
    return InvalidRequest(f"{spec.label}：{why}", hint, {"field": spec.label})
