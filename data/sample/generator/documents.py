"""What goes with the files: schemes.yaml and receipts.yaml for tests, README.md for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from .deliveries import Delivery
from .model import OCTOBER, SEPTEMBER, Entity, World
from .world import faulty_figures, middle, namesakes, planted, walked

_INTRO = """# 样例月：2026年10月（全部虚构）

本目录的企业、人员、电话、地址、投诉全部由脚本编造，**本表数据为虚构**，与任何真实主体无关。
人名用“虚某甲”，字号用天干地支和“示例虚拟”，道路用“虚构路、示例街”，手机号只用 13800 开头的虚构号段，
信用代码主体标识一律 MA91 开头（校验位正确，少数故意写错）。

重新生成：`python data/sample/make.py`；核对是否与脚本一致：`python data/sample/make.py --check`。
做法见 `make.py` 与 `generator/` 各文件开头的说明；措辞在 `generator/wording/*.yaml`，改措辞不用改程序。

- `2026-09/`：上月交付（截至 2026-09-30），较少：没有 12315、信访、年报、股东。
- `walk/`：演示用的一份 11 月工单（手写，不由脚本生成），[演示](../../docs/demo.md)里上传它。
- `2026-10/`：本月交付（截至 2026-10-31）。名单、许可、异常名录为当期全量；
  投诉、变更、处罚、宣传、核查与上月不重复。
- `schemes.yaml`：机器可读的预埋清单；`receipts.yaml`：每个文件应得的回执数字。
"""


def _entity_of(world: World, role: str) -> Entity:
    return next(e for e in world.entities if e.role == role)


def _linked(world: World, entity: Entity) -> int:
    return sum(f.kind == "complaints" and f.entity == entity and f.value("naming") != "nick" for f in world.facts)


def _files_of(world: World, entity: Entity, months: dict[str, list[Delivery]]) -> list[str]:
    """Files of October in which the entity's name or code stands."""
    marks = {entity.name, entity.uscc} - {""}

    def mentions(delivery: Delivery) -> bool:
        cells = (str(c) for s in delivery.sheets for row in s.rows for c in row if c)
        return any(mark in cell for cell in cells for mark in marks)

    return [d.file for d in months[OCTOBER] if mentions(d)]


def scheme_document(world: World, months: dict[str, list[Delivery]]) -> dict[str, Any]:
    """Schemes, lookalikes and lapsed licences, each with what a test may expect of its grade."""
    document: dict[str, Any] = {"as_of": "2026-10-31", "schemes": [], "lookalikes": []}
    for role, spec in planted():
        entity = _entity_of(world, f"{role}:{spec['id']}")
        entry: dict[str, Any] = {
            "id": spec["id"],
            "title": spec["title"],
            "sector": spec["sector"],
            "name": entity.name,
            "uscc": entity.uscc or None,
            "complaints_linked": _linked(world, entity),
            "planted": spec["plants"],
            "files": _files_of(world, entity, months),
        }
        entry |= {"expect_at_least": "orange", "red_flags": spec["red_flags"]} if role == "scheme" else {"expect_below": "orange"}
        document[f"{role}s"].append(entry)
    document["lapsed_licences"] = _lapsed(world)
    document["in_between"] = [_middle_entry(world, spec, months) for spec in middle()]
    document["walked"] = [_walked_entry(spec) for spec in walked()]
    document["namesakes"] = [
        {"id": s["id"], "names": s["names"], "said": s["nickname"], "complaints": len(s["complaints"])} for s in namesakes()
    ]
    document["figures"] = [
        {
            "id": one.spec["id"],
            "title": one.spec["title"],
            "sector": one.entity.sector,
            "name": one.entity.name,
            "uscc": one.entity.uscc,
            "expect": one.spec["kind"],
            "rule": one.spec.get("rule"),
            "planted": one.spec["plants"],
        }
        for one in faulty_figures(world.entities)
    ]
    return document


def _middle_entry(world: World, spec: dict[str, Any], months: dict[str, list[Delivery]]) -> dict[str, Any]:
    entity = _entity_of(world, f"between:{spec['id']}")
    return {
        "id": spec["id"],
        "title": spec["title"],
        "sector": spec["sector"],
        "name": entity.name,
        "uscc": entity.uscc,
        "expect": spec["expect"],
        "complaints_linked": _linked(world, entity),
        "planted": spec["plants"],
        "files": _files_of(world, entity, months),
    }


def _walked_entry(spec: dict[str, Any]) -> dict[str, Any]:
    """Not enough is known where an order came without its text; else lists that do not mention it count as clean."""
    silent = "title_only" in spec
    known = "门头名称和电话" if spec.get("phone") else "门头名称"
    return {
        "id": spec["id"],
        "name": spec["name"],
        "expect": "insufficient" if silent else "blue",
        "planted": f"只有{known}" + ("；一件 12345 工单点了名但没有内容" if silent else "；没有任何投诉、许可、处罚提到它"),
    }


def _lapsed(world: World) -> list[dict[str, str]]:
    """Ordinary entities whose licence is over by the as-of date: not a matter of fundraising."""
    found = []
    for fact in world.of_kind("licences", OCTOBER):
        entity, end = fact.entity, str(fact.value("val_to_date"))
        if entity is not None and entity.is_ordinary and end < "2026-10-31":
            found.append({"name": entity.name, "uscc": entity.uscc, "val_to_date": end})
    return found


def receipt_document(months: dict[str, list[Delivery]]) -> dict[str, Any]:
    """Month → file → kind and the four counts."""
    return {month: {d.file: {"kind": d.kind, **d.counts} for d in files} for month, files in months.items()}


def dumped(document: dict[str, Any]) -> str:
    """YAML as people can read it, keys in the order given."""
    head = "# 由 make.py 生成，勿手改；数据为虚构。\n"
    return head + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)


def readme(world: World, months: dict[str, list[Delivery]], schemes: dict[str, Any]) -> str:
    """The README in Chinese: files with counts, schemes, lookalikes, headers used."""
    parts = [_INTRO, _totals(world)]
    parts += [_file_table(month, months[month]) for month in (OCTOBER, SEPTEMBER)]
    parts.append(_scheme_table(schemes["schemes"]))
    parts.append(_lookalike_table(schemes))
    parts.append(_middle_table(schemes))
    parts.append(_figures_table(schemes))
    parts.append(_header_table(months[OCTOBER]))
    return "\n".join(parts)


def _totals(world: World) -> str:
    sectors = Counter(e.sector for e in world.entities)
    listed = "，".join(f"{sector} {count}" for sector, count in sorted(sectors.items(), key=lambda x: -x[1]))
    named = Counter(f.value("naming") for f in world.of_kind("complaints", OCTOBER))
    ways = "，".join(
        f"{label} {named[key]}"
        for key, label in (
            ("code", "代码列"),
            ("name", "名称列"),
            ("text", "正文写全称"),
            ("nick", "只有俗称（目前关联不上）"),
        )
    )
    faults = (
        f"没有代码 {sum(not e.uscc and not e.reg_no for e in world.entities)} 户，"
        f"只有 15 位旧注册号 {sum(bool(e.reg_no) for e in world.entities)} 户"
    )
    return f"""## 总数

- 主体 {len(world.entities)} 户（{listed}）；{faults}；个别校验位写错。
- 10 月交付投诉 {sum(named.values())} 件，指称方式：{ways}。
"""


def _file_table(month: str, files: list[Delivery]) -> str:
    lines = [
        f"## {month} 的文件",
        "",
        "| 文件 | 类别 | 读入 | 接收 | 拒收 | 重复 | 特点 |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for d in files:
        c = d.counts
        counts = " | ".join(str(c[key]) for key in ("rows_read", "accepted", "rejected", "duplicate"))
        lines.append(f"| `{d.file}` | {d.kind} | {counts} | {d.oddity} |")
    return "\n".join(lines) + "\n"


def _scheme_table(schemes: list[dict[str, Any]]) -> str:
    lines = [
        "## 预埋的套路（应为橙或红）",
        "",
        "| 套路 | 主体 | 代码 | 埋了什么 | 可关联投诉（两月） | 10 月文件 | 对应红旗 |",
        "|---|---|---|---|---:|---|---|",
    ]
    for s in schemes:
        files = "、".join(f[:2] for f in s["files"])
        who = f"{s['title']} | {s['name']} | {s['uscc'] or '无代码'}"
        what = f"{s['planted']} | {s['complaints_linked']} | {files} | {' '.join(s['red_flags'])}"
        lines.append(f"| {who} | {what} |")
    return "\n".join(lines) + "\n"


def _lookalike_table(document: dict[str, Any]) -> str:
    lines = ["## 形似而不是（应低于橙）", "", "| 情形 | 主体 | 代码 | 为什么不是 |", "|---|---|---|---|"]
    lines += [f"| {s['title']} | {s['name']} | {s['uscc']} | {s['planted']} |" for s in document["lookalikes"]]
    lines += ["", "许可证已过期的普通典当行（合规问题，可能因 LIC-01/LIC-02 得分，不算套路）："]
    lines += [f"- {s['name']}（{s['uscc']}，有效期至 {s['val_to_date']}）" for s in document["lapsed_licences"]]
    return "\n".join(lines) + "\n"


def _middle_table(document: dict[str, Any]) -> str:
    labels = {"orange": "橙", "yellow": "黄", "insufficient": "资料不足", "blue": "蓝"}
    counts = Counter(s["expect"] for s in document["in_between"])
    lines = ["## 介于两者之间（`schemes.yaml` 的 `in_between`）", ""]
    lines += [f"应为橙 {counts['orange']} 户、黄 {counts['yellow']} 户：有一两件事要问，还说不上是套路。", ""]
    lines += ["| 应为 | 情形 | 主体 | 代码 | 埋了什么 | 可关联投诉 | 10 月文件 |", "|---|---|---|---|---|---:|---|"]
    for s in document["in_between"]:
        files = "、".join(f[:2] for f in s["files"])
        who = f"{labels[s['expect']]} | {s['title']} | {s['name']} | {s['uscc']}"
        lines.append(f"| {who} | {s['planted']} | {s['complaints_linked']} | {files} |")
    lines += ["", "## 只抄了门头的（`schemes.yaml` 的 `walked`，在 `05` 的“走访新见”表）", ""]
    lines += ["没有代码、范围、行业、状态。有工单点名却没有内容的，说了什么不知道，应为资料不足；"]
    lines += ["什么名单都没提到的，投诉、处罚、名录类规则按“没有”算，完整度约 0.68，仍显示蓝。", ""]
    lines += ["| 应为 | 门头 | 知道什么 |", "|---|---|---|"]
    lines += [f"| {labels[s['expect']]} | {s['name']} | {s['planted']} |" for s in document["walked"]]
    lines += ["", "## 同字号的两家（`schemes.yaml` 的 `namesakes`）", ""]
    lines += ["两家都正常。投诉只写字号、不写地址，指哪一家要由人认，所以留在“认主体”里，不计入任何一家。", ""]
    lines += ["| 投诉里的叫法 | 两家 | 件数 |", "|---|---|---:|"]
    lines += [f"| {s['said']} | {'、'.join(s['names'])} | {s['complaints']} |" for s in document["namesakes"]]
    return "\n".join(lines) + "\n"


def _figures_table(document: dict[str, Any]) -> str:
    labels = {"over_limit": "超限", "contradictory": "矛盾", "missing": "未报", "late": "迟报", None: "不列待办"}
    lines = ["## 业务报表里预埋的（`schemes.yaml` 的 `figures`，在 `19`、`20`）", ""]
    lines += ["小贷公司、典当行报了二、三季度的业务报表，数字都对得上、都在限内、都按期，除了下面这些：", ""]
    lines += ["| 应列为 | 情形 | 主体 | 代码 | 埋了什么 | 对应规则 |", "|---|---|---|---|---|---|"]
    for s in document["figures"]:
        who = f"{labels[s['expect']]} | {s['title']} | {s['name']} | {s['uscc']}"
        lines.append(f"| {who} | {s['planted']} | {s['rule'] or '—'} |")
    return "\n".join(lines) + "\n"


def _header_table(files: list[Delivery]) -> str:
    lines = ["## 各文件用的表头", ""]
    for d in files:
        headers = dict.fromkeys(lower for s in d.sheets for _, lower in s.header)
        lines.append(f"- `{d.file}`：{'、'.join(headers)}")
    return "\n".join(lines) + "\n"
