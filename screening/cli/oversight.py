"""`screening coverage` and `screening plan`: who has not been looked at, who is visited twice, whom to visit next."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.table import Table

from screening.cli.options import AsJson, AsOf, RunId, acting, open_workspace, read_day
from screening.cli.printing import GRADE_STYLES, err, out, print_json, print_table
from screening.errors import InvalidRequest
from screening.follow_up import planned_visits
from screening.scoring.coverage import Class, Coverage, coverage, documents
from screening.scoring.double_visits import Double, by_unit, double_visits
from screening.scoring.limits import limits_on
from screening.scoring.ranking import find_run
from screening.scoring.visit_plan import CONTROL, INFORMATIVE, Missed, Plan, Wanted, bound_of_miss, document, keep, plan_visits
from screening.scoring.visits import all_visits

_SHOWN = 20
_UNKNOWN_STREET = "未知街道"
_WHY = {CONTROL: "随机对照", INFORMATIVE: "最能学到"}


def show_coverage(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """应查尽查：每一户归入且只归入一类，按街道和行业合计；另列两个单位重复上门的主体。"""
    day = read_day(as_of)
    with open_workspace() as workspace:
        found = coverage(workspace, day, actor=acting(workspace))
        limits = limits_on(workspace, day, "double_visit_days", "double_visit_lookback_days")
        doubles = double_visits(
            found.visits,
            planned_visits(workspace),
            day,
            int(limits["double_visit_days"]),
            int(limits["double_visit_lookback_days"]),
        )
    if not found.members:
        raise InvalidRequest(f"截至 {day} 没有主体名单", "请先上传主体名单（load）。", {"as_of": day.isoformat()})
    if as_json:
        print_json(_document(found, doubles))
    else:
        _print_coverage(found, doubles)


def _document(found: Coverage, doubles: list[Double]) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "entities": len(found.members),
        "visit_fresh_days": found.visit_fresh_days,
        "list_fresh_days": found.list_fresh_days,
        "by_class": found.by_class,
        "lines": [
            {"street": line.street, "sector": line.sector, "total": line.total, "by_class": line.by_class} for line in found.lines
        ],
        "members": documents(found.members),
        "double_visits": [double.document() for double in doubles],
        "double_visits_by_unit": {unit: [double.document() for double in own] for unit, own in by_unit(doubles).items()},
    }


def _print_coverage(found: Coverage, doubles: list[Double]) -> None:
    table = Table("街道", "行业", *(class_.label for class_ in Class), "合计", title=f"覆盖情况（截至 {found.as_of}）")
    for line in found.lines:
        table.add_row(
            line.street or _UNKNOWN_STREET, line.sector.label, *(str(line.by_class[class_]) for class_ in Class), str(line.total)
        )
    table.add_section()
    table.add_row("合计", "", *(str(found.by_class[class_]) for class_ in Class), str(len(found.members)))
    print_table(table)
    out.print(
        f"{found.visit_fresh_days} 天内上过门算近期；超过 {found.list_fresh_days} 天没有名单提到算资料陈旧。"
        "一户只归一类，先后为：" + "、".join(class_.label for class_ in Class) + "。"
    )
    names = {member.entity.entity_id: member.entity.name for member in found.members}
    for unit, own in by_unit(doubles).items():
        out.print(f"\n[bold]{unit}[/] 与其他单位重复上门 {len(own)} 户次：")
        for double in own[:_SHOWN]:
            sides = " → ".join(f"{c.day} {c.unit}{'（计划）' if c.is_planned else ''}" for c in (double.earlier, double.later))
            same_day = "（同日，或为联合检查）" if double.days_apart == 0 else ""
            out.print(
                f"  {names.get(double.entity_id) or double.entity_id}：{sides}，相隔 {double.days_apart} 天{same_day}",
                markup=False,
            )
        if len(own) > _SHOWN:
            out.print(f"  另有 {len(own) - _SHOWN} 项，完整名单加 --json 查看。")


def plan(
    visits: Annotated[int, typer.Option("--visits", min=1, metavar="户数", help="这一期一共上门多少户，含随机对照。")],
    area: Annotated[str | None, typer.Option("--area", help="只排一个街道（名称或代码）。")] = None,
    control: Annotated[
        float, typer.Option("--random", metavar="比例", help="其中多少比例随机抽取作对照，如 0.1；用来估计漏掉多少。")
    ] = 0.0,
    informative: Annotated[
        float, typer.Option("--informative", metavar="比例", help="其中多少比例去模型最拿不准的，如 0.1；结果用来训练。")
    ] = 0.0,
    keep_it: Annotated[bool, typer.Option("--keep", help="这份计划真要派出去：存档，训练模型时知道谁是随机抽的。")] = False,
    quota: Annotated[
        list[str] | None,
        typer.Option("--quota", metavar="街道=数", help="某街道恰好排多少户，可写多次；其余名额按名次排给其他街道。"),
    ] = None,
    run_id: RunId = None,
    as_json: AsJson = False,
) -> None:
    """排上门计划：按名次取前若干户，近期去过的跳过并说明，另随机抽一部分作对照；有过往结果时估计能查出几户、漏掉至多几户。"""
    wanted = Wanted(visits, area, control, _quotas(quota or ()), informative)
    with open_workspace() as workspace:
        run = find_run(workspace, run_id)
        found = plan_visits(workspace, run, wanted, planned_visits(workspace), actor=acting(workspace))
        if keep_it:
            keep(workspace, found, actor=acting(workspace))
        within = int(limits_on(workspace, run.as_of, "outcome_days")["outcome_days"])
        missed = bound_of_miss(found, all_visits(workspace), within) if found.controls else None
    if as_json:
        print_json(document(found, missed))
    else:
        _print_plan(found, missed)


def _quotas(words: Iterable[str]) -> dict[str, int]:
    quotas = {}
    for word in words:
        street, sign, number = word.partition("=")
        if not (street.strip() and sign and number.strip().isdecimal()):
            raise InvalidRequest(f"“{word}”没有写成 街道=数", "例如 --quota 工农街道=5。", {"quota": word})
        if street.strip() in quotas:
            raise InvalidRequest(f"{street.strip()} 的定额写了两次", "每个街道只写一次。", {"quota": word})
        quotas[street.strip()] = int(number)
    return quotas


def _print_plan(found: Plan, missed: Missed | None) -> None:
    table = Table(
        *("序", "缘由", "名次", "主体", "编号", "行业", "街道", "分值", "等级"), title=f"上门计划（截至 {found.run.as_of}）"
    )
    for stop in found.stops:
        entity = stop.entity
        grade = f"[{GRADE_STYLES[entity.grade]}]{entity.grade.label}[/]"
        named = (
            str(entity.rank),
            entity.name or "（无名称）",
            entity.entity_id,
            entity.sector.label,
            entity.street or _UNKNOWN_STREET,
        )
        table.add_row(str(stop.number), _WHY.get(stop.why, "按名次"), *named, f"{entity.score:g}", grade)
    print_table(table)
    if len(found.stops) < found.wanted.visits:
        out.print(f"要排 {found.wanted.visits} 户，可排的只有 {len(found.stops)} 户。")
    for one in found.skipped[:_SHOWN]:
        out.print(f"跳过第 {one.entity.rank} 位 {one.entity.name or one.entity.entity_id}：{one.reason}", markup=False)
    if len(found.skipped) > _SHOWN:
        out.print(f"另跳过 {len(found.skipped) - _SHOWN} 户，完整名单加 --json 查看。")
    out.print(_expected(found))
    if missed:
        out.print(
            f"对照 {missed.drawn} 户中已上门 {missed.visited} 户，发现问题 {missed.found} 户：没有排上的 {missed.among} 户里，"
            f"有问题的至多约 {missed.at_most} 户（95% 单侧上限，比例至多 {missed.rate_at_most:.1%}）。"
        )
    elif found.controls:
        out.print(
            f"从没有排上的 {found.among} 户中抽了 {len(found.controls)} 户作对照；上门结果入库后再排一次同一评分，可知至多漏掉几户。"
        )
    else:
        err.print("没有随机对照，漏掉多少无从估计；加 --random 0.1 抽一成作对照。")


def _expected(found: Plan) -> str:
    expected = found.expected
    if expected.expected is None:
        return "预计查出：未知（还没有这些等级的上门结果可参照）。"
    rest = f"；其中 {expected.unknown} 户的等级没有结果可参照，下限按 0、上限按全部计" if expected.unknown else ""
    return f"预计查出约 {expected.expected:.1f} 户（{expected.low:.1f}–{expected.high:.1f}，按以往各等级上门结果{rest}）。"
