"""Who acts, and the words for what one may see and do. Pure: nothing here is read from a file or a database.

What each role may see and do is data (`rules/access.yaml`), read by `screening/reference/rights.py`, which lies above because it reads YAML; which
entities lie in an actor's sight is asked of the register by `screening/store/sight.py`. Every verb that reads or acts asks there.
"""

from dataclasses import dataclass

from screening.vocabulary import Role, Word


class Document(Word):
    """Something there is to read."""

    REGISTRATION = "registration", "登记资料和出处"
    RANKING = "ranking", "核查次序、分值和等级"
    REASONS = "reasons", "评分理由和未知事项"
    COMPLAINTS = "complaints", "投诉举报原文（已去掉举报人信息）"
    QUEUE = "queue", "待认主体的投诉、可能重复的主体"
    CASES = "cases", "案件"
    RULEBOOK = "rulebook", "规则库手册和规则运行情况"
    BATCHES = "batches", "入库记录"
    LOG = "log", "登录、账号、披露日志"
    ACCOUNTS = "accounts", "账号"


class Verb(Word):
    """Something there is to do, besides the moves of a case (`rules/workflow.yaml`)."""

    LOAD = "load", "上传资料"
    SCORE = "score", "评分"
    EXPORT = "export", "下载名单"
    LINK = "link", "把名单对到主体"
    DECIDE = "decide", "认主体"
    REHEARSE = "rehearse", "演练和假设"
    EDIT_RULES = "edit_rules", "改规则草稿、提请启用"
    APPROVE_RULES = "approve_rules", "批准启用规则"
    DISCLOSE_CONTACT = "disclose_contact", "经批准查看未遮挡的联系信息"
    DISCLOSE_TIPSTER = "disclose_tipster", "经批准查看举报人"
    GRANT_DISCLOSURE = "grant_disclosure", "批准查看未遮挡的信息"
    ANSWER_POLICE = "answer_police", "公安答复有、无、需面谈"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"


class Scope(Word):
    """How far a role sees in a document."""

    DISTRICT = "district", "全区"
    AREAS = "areas", "本街道"
    SHARED = "shared", "移送、会商或派给本单位、本人的"
    NONE = "none", "不能看"


class Shown(Word):
    """How personal details are shown."""

    OPEN = "open", "明示"
    MASKED = "masked", "遮挡"
    HIDDEN = "hidden", "不显示"


@dataclass(frozen=True)
class Actor:
    """A person at work. `areas` are the codes of the subdistricts they answer for; empty for a unit of the whole district."""

    person_id: str
    name: str
    unit: str
    role: Role
    areas: frozenset[str] = frozenset()

    @property
    def signature(self) -> str:
        """How this person signs what they do: 张某（区处非办）."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name

    @property
    def audiences(self) -> frozenset[str]:
        """The names under which something may have been shared with this person: by role, by unit, by person."""
        return frozenset({f"role:{self.role}", f"unit:{self.unit}", f"person:{self.person_id}"})


SYSTEM = Actor("system", "系统", "系统", Role.SYSTEM)
# Whoever sits at the machine's own command line: they can read the workspace's files anyway. `--as` acts as somebody else.
OPERATOR = Actor("operator", "本机操作员", "区处非办", Role.OFFICER)
