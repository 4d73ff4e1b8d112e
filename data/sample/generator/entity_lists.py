"""Which office lists which entities: six lists that overlap, each with its own columns and bad habits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .model import OCTOBER, SEPTEMBER, Entity, Value
from .names import STREETS
from .sheets import FICTION, Column, Sheet, table
from .spelling import Speller

EntityColumn = Column[Entity]
_SURVEY_SHEETS = {
    "microlender": "小额贷款公司",
    "pawnshop": "典当行",
    "gold_shop": "打金店",
    "other": "其他涉金融及周边",
}


@dataclass(frozen=True)
class Rolls:
    """The entities of each list, as the offices know them in one month."""

    pawnshops: list[Entity]
    microlenders: list[Entity]
    market_gold: list[Entity]
    field_codes: list[Entity]
    survey: dict[str, list[Entity]]
    walked: list[Entity]
    individuals: list[Entity]


def rolls(entities: tuple[Entity, ...], month: str) -> Rolls:
    """Deals the entities out to the lists; an entity without approval is on no finance office's list."""
    by_sector: dict[str, list[Entity]] = {}
    later = [e for e in entities if e.part in ("between", "walked", "namesake")]
    first = entities[: len(entities) - len(later)]
    for entity in first:
        by_sector.setdefault(entity.sector, []).append(entity)
    gold, pawn, micro = by_sector["gold_shop"], by_sector["pawnshop"], by_sector["microlender"]
    rest = [e for e in first if e.sector not in ("gold_shop", "pawnshop", "microlender")]
    small = [e for e in rest if e.is_individual and e.is_ordinary]
    late, survey_only, both = small[-110:], small[-260:-110], small[:30]
    apart = {e.serial for e in late + survey_only}
    unlicensed = [e for e in micro if not e.licensed]
    between = [e for e in later if e.part in ("between", "namesake")]
    finance = ("gold_shop", "pawnshop", "microlender")

    def known(chosen: list[Entity]) -> list[Entity]:
        return [e.as_of(month) for e in chosen if month == OCTOBER or e.first_month == SEPTEMBER]

    survey = {"microlender": micro[6:26], "pawnshop": pawn[10:40], "gold_shop": gold[230:340]}
    if month == OCTOBER:
        survey["other"] = both + survey_only
    return Rolls(
        known(pawn + [e for e in between if e.sector == "pawnshop"]),
        known([e for e in [*micro, *between] if e.sector == "microlender" and e.licensed]),
        known(gold[:290] + [e for e in between if e.sector == "gold_shop"]),
        known([e for e in rest if e.serial not in apart] + unlicensed + [e for e in between if e.sector not in finance]),
        {sector: known(chosen) for sector, chosen in survey.items()},
        known([e for e in later if e.part == "walked"]),
        known(gold[340:] + late),
    )


def _get(attribute: str) -> Callable[[Entity], Value]:
    def read(entity: Entity) -> Value:
        value: Value = getattr(entity, attribute)
        return value

    return read


def _title_date(month: str) -> str:
    return {SEPTEMBER: "2026年9月", OCTOBER: "2026年10月"}[month]


def pawnshop_sheets(entities: list[Entity], month: str) -> list[Sheet]:
    """Titled workbook with a two-level merged header, totals and a footnote."""
    spell = Speller(f"pawn-{month}")
    columns = [
        EntityColumn("企业名称", lambda e: spell.name(e.name)),
        EntityColumn("统一社会信用代码", lambda e: spell.code(e.uscc)),
        EntityColumn("法定代表人", _get("legal_rep")),
        EntityColumn("注册资本（万元）", _get("capital"), "登记信息"),
        EntityColumn("实收资本（万元）", _get("paid"), "登记信息"),
        EntityColumn("成立日期", lambda e: spell.date(e.established), "登记信息"),
        EntityColumn("登记状态", _get("status"), "登记信息"),
        EntityColumn("典当业务范围", _get("pawn_business")),
        EntityColumn("所属街道", lambda e: f"{e.street}街道"),
        EntityColumn("经营地址", _get("address")),
        EntityColumn("联系电话", _get("phone")),
    ]
    titles = [f"霞山区典当行名单（{_title_date(month)}）", "填报单位：霞山区示例科室（本表数据为虚构）"]
    sheet = table("Sheet1", columns, entities, numbered=True, titles=titles)
    total = sum(e.capital for e in entities)
    sheet.footer.insert(0, ["合计", f"{len(entities)}家", None, None, total])
    return [sheet]


def microlender_sheets(entities: list[Entity], month: str) -> list[Sheet]:
    """A true .xls with amounts in 亿元, 万元 and 人民币 mixed."""
    spell = Speller(f"micro-{month}")
    columns = [
        EntityColumn("公司名称", _get("name")),
        EntityColumn("社会信用代码", _get("uscc")),
        EntityColumn("法定代表人", _get("legal_rep")),
        EntityColumn("注册资本", lambda e: spell.amount(e.capital)),
        EntityColumn("实缴资本", lambda e: spell.amount(e.paid)),
        EntityColumn("成立日期", lambda e: spell.date(e.established)),
        EntityColumn("经营状态", _get("status")),
        EntityColumn("住所", _get("address")),
        EntityColumn("街道", lambda e: e.street),
        EntityColumn("联系电话", _get("phone")),
        EntityColumn("从业人数", _get("employees")),
    ]
    return [
        table(
            "小贷公司",
            columns,
            entities,
            numbered=True,
            titles=[f"小额贷款公司监管名单（{_title_date(month)}，本表数据为虚构）"],
        )
    ]


def market_sheets(entities: list[Entity], month: str) -> list[Sheet]:
    """The market supervision export of gold shops: apostrophes, tabs, date spellings, bad rows."""
    spell, rng = Speller(f"market-{month}"), Random(f"market-{month}")
    columns = [
        EntityColumn("主体名称", lambda e: spell.name(e.name)),
        EntityColumn("社会信用代码", lambda e: spell.quoted(e.uscc or e.reg_no)),
        EntityColumn("经营者/负责人", _get("legal_rep")),
        EntityColumn("主体类型", _get("type_name")),
        EntityColumn("注册资金(万元)", lambda e: spell.grouped(e.capital)),
        EntityColumn("设立日期", lambda e: spell.written_date(e.established)),
        EntityColumn("经营状态", _get("status")),
        EntityColumn("经营范围", _get("scope")),
        EntityColumn("行业代码", _get("industry_code")),
        EntityColumn("经营场所", _get("address")),
        EntityColumn("街道", lambda e: f"{e.street}街道"),
        EntityColumn("联系电话", _get("phone")),
    ]
    sheet = table("csv", columns, entities)
    sheet.repeat(rng, 4 if month == OCTOBER else 2)
    nameless: list[Value] = [
        "",
        "待补",
        "虚某甲",
        "个体工商户",
        "5",
        "2020-01-01",
        "存续",
        "",
        "5245",
        "",
        "海头街道",
        "",
    ]
    sheet.spoil(rng, nameless, ["", "", *nameless[2:]])
    sheet.leave_blank(rng)
    return [sheet]


def field_code_sheets(entities: list[Entity], month: str) -> list[Sheet]:
    """The exchange platform's export under government field codes."""
    codes = {"存续": "1", "吊销，未注销": "2", "注销": "3"}
    columns = [
        EntityColumn("pripid", lambda e: f"P{e.serial:06d}"),
        EntityColumn("uniscid", _get("uscc")),
        EntityColumn("entname", _get("name")),
        EntityColumn("oldname", _get("former_names")),
        EntityColumn("regno", _get("reg_no")),
        EntityColumn("enttype", _get("type_code")),
        EntityColumn("regstate", lambda e: codes.get(e.status, e.status)),
        EntityColumn("regcap", lambda e: f"{e.capital:.6f}"),
        EntityColumn("regcapcur", lambda _: "156"),
        EntityColumn("estdate", lambda e: f"{e.established:%Y-%m-%d}"),
        EntityColumn("opscope", _get("scope")),
        EntityColumn("oploc", _get("address")),
        EntityColumn("domdistrict", lambda e: STREETS[e.street]),
        EntityColumn("yiedistrict", lambda e: STREETS[e.street_biz]),
        EntityColumn("industryco_code", _get("industry_code")),
        EntityColumn("industryco", _get("industry_name")),
        EntityColumn("name", _get("legal_rep")),
    ]
    return [table("csv", columns, entities)]


def survey_sheets(survey: dict[str, list[Entity]], walked: list[Entity], month: str) -> list[Sheet]:
    """The subdistricts' survey: a sheet a sector, 街道 merged downwards, instructions, an empty sheet."""
    spell = Speller(f"survey-{month}")
    columns = [
        EntityColumn("所属街道", lambda e: f"{e.street_biz}街道"),
        EntityColumn("社区", _get("community")),
        EntityColumn("单位名称", lambda e: spell.name(e.name)),
        EntityColumn("信用代码", lambda e: spell.code(e.uscc or e.reg_no)),
        EntityColumn("负责人", _get("legal_rep")),
        EntityColumn("实际经营地址", _get("address")),
        EntityColumn("联系方式", _get("phone")),
        EntityColumn("从业人员", _get("employees")),
        EntityColumn("注册资金", lambda e: spell.amount(e.capital)),
    ]
    guide = Sheet("填表说明", titles=["请各街道于每月25日前报送", "一行一户，不得合并企业名称", FICTION])
    sheets = [guide]
    for sector, entities in survey.items():
        ordered = sorted(entities, key=lambda e: (STREETS[e.street_biz], e.serial))
        sheet = table(_SURVEY_SHEETS[sector], columns, ordered)
        sheet.merge_column = 0
        sheets.append(sheet)
    last = sheets[-1]
    last.rows.append([last.rows[-1][0], "虚构社区", "", "", "虚某乙", "虚构路无门牌流动摊", "", 1, ""])
    last.rejected += 1
    if walked:
        seen = [EntityColumn("单位名称", _get("name")), EntityColumn("联系方式", _get("phone"))]
        sheets.append(table("走访新见", seen, walked, numbered=True, titles=["走访新见门店（只抄了门头，其余待补）"]))
    return [*sheets, Sheet("空表")]


def individual_sheets(entities: list[Entity], month: str) -> list[Sheet]:
    """The extra list of individual businesses: an HTML table that calls itself .xls."""
    spell = Speller(f"individual-{month}")
    columns = [
        EntityColumn("字号名称", _get("name")),
        EntityColumn("统一社会信用代码", _get("uscc")),
        EntityColumn("注册号", _get("reg_no")),
        EntityColumn("经营者", _get("legal_rep")),
        EntityColumn("成立日期", lambda e: spell.written_date(e.established)),
        EntityColumn("资金数额", lambda e: spell.amount(e.capital)),
        EntityColumn("经营范围", _get("scope")),
        EntityColumn("经营场所", _get("address")),
        EntityColumn("所在街道", lambda e: f"霞山区{e.street}街道"),
        EntityColumn("登记状态", _get("status")),
    ]
    sheet = table("html", columns, entities, titles=["个体工商户补充名单（本表数据为虚构）"])
    sheet.repeat(Random(f"individual-{month}"), 2)
    return [sheet]
