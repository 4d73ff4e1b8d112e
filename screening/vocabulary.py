"""The words of the house: each code and its Chinese label, once.

Source: GB/T 4754-2017 and the domain brief for sectors; State Council Order 737 art. 2 (three elements) and
Fashi [2022] No. 5 art. 1 (four features) for elements.
"""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code with a Chinese label: `Grade.RED == "red"`, `Grade.RED.label == "红"`."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Keep the code as the string value and the label beside it."""
        word = str.__new__(cls, code)
        word._value_ = code
        word.label = label
        return word


class Engine(Word):
    """What works facts, rules and scores out."""

    DUCKDB = "duckdb", "本机"
    SPARK = "spark", "Spark 集群"


class Kind(Word):
    """What a delivered table speaks of."""

    ENTITIES = "entities", "主体名单"
    COMPLAINTS = "complaints", "投诉举报"
    CHANGES = "changes", "变更登记"
    LICENCES = "licences", "许可名单"
    PENALTIES = "penalties", "行政处罚"
    ABNORMAL = "abnormal", "经营异常与严重违法名单"
    ANNUAL_REPORTS = "annual-reports", "年报"
    SHAREHOLDERS = "shareholders", "股东出资"
    PUBLICITY = "publicity", "宣传采集"
    INSPECTIONS = "inspections", "现场检查"
    CASES = "cases", "涉非案件名单"
    MICROLENDER_REPORTS = "microlender-reports", "小贷业务报表"
    PAWNSHOP_REPORTS = "pawnshop-reports", "典当业务报表"
    OUTREACH = "outreach", "宣传活动"

    @property
    def table(self) -> str:
        """The name of this kind's table in SQL."""
        return self.value.replace("-", "_")


class Sector(Word):
    """The line of business a rule may be limited to."""

    MICROLENDER = "microlender", "小额贷款公司"
    PAWNSHOP = "pawnshop", "典当行"
    GOLD_SHOP = "gold_shop", "黄金饰品店"
    INVESTMENT = "investment", "投资理财咨询"
    ELDER_CARE = "elder_care", "养老服务"
    PREPAID_CARD = "prepaid_card", "预付卡商户"
    COOPERATIVE = "cooperative", "农民合作社"
    PRIVATE_FUND = "private_fund", "私募基金"
    CRYPTO = "crypto", "虚拟货币类"
    OTHER = "other", "其他"


class Element(Word):
    """Which element of illegal fundraising a reason speaks to."""

    ILLEGALITY = "illegality", "非法性"
    INDUCEMENT = "inducement", "利诱性"
    PUBLIC = "public", "社会性"
    PUBLICITY = "publicity", "公开性"
    DISTRESS = "distress", "困境"
    GENERAL = "general", "综合"


class Dimension(Word):
    """The five classic sub-indices of monitoring practice."""

    COMPLIANCE = "compliance", "合规性"
    RETURN = "return", "收益率偏离"
    COMPLAINTS = "complaints", "投诉举报"
    SPREAD = "spread", "传播力"
    WORDING = "wording", "特征词命中"


class Grade(Word):
    """How urgent a look is, most urgent first. `INSUFFICIENT` is not safe: too little is known."""

    RED = "red", "红"
    ORANGE = "orange", "橙"
    YELLOW = "yellow", "黄"
    INSUFFICIENT = "insufficient", "资料不足"
    BLUE = "blue", "蓝"


class Outcome(Word):
    """What a rule says of an entity: three-valued, as SQL's own logic is."""

    HIT = "hit", "命中"
    MISS = "miss", "未命中"
    UNKNOWN = "unknown", "无法判断"


class RuleStatus(Word):
    """Whether a rule scores."""

    DRAFT = "draft", "草稿"
    ACTIVE = "active", "启用"
    RETIRED = "retired", "停用"


class Verdict(Word):
    """What a person says of whether two records mean one entity."""

    SAME = "same", "是同一家"
    DIFFERENT = "different", "不是同一家"
    UNDECIDED = "undecided", "暂不能定"


class Publishing(Word):
    """What was done with a version of the rule book or of the model; only a model is withdrawn, a rule book is followed by another."""

    INSTALLED = "installed", "随程序启用"
    PROPOSED = "proposed", "提请启用"
    APPROVED = "approved", "批准启用"
    REJECTED = "rejected", "不同意启用"
    WITHDRAWN = "withdrawn", "停用"


class Role(Word):
    """Who acts. Source: domain brief 8.1. The system proposes and never decides; the administrator has no say in any case."""

    SYSTEM = "system", "系统"
    OFFICER = "officer", "处非办经办"
    CHIEF = "chief", "处非办负责人"
    LEADER = "leader", "区分管领导"
    STREET = "street", "街道承办"
    GRID = "grid", "网格员"
    MARKET = "market", "市场监管局"
    POLICE = "police", "公安经侦大队"
    INDUSTRY = "industry", "行业主管部门"
    LEGAL = "legal", "法制审核人员"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理"
