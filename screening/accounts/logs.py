"""The logs as an auditor reads them: who came in, what happened to accounts, who looked at personal details. No contents."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from screening.access import Actor, Document
from screening.store.disclosures import Disclosure, list_disclosures
from screening.store.people_tables import account_log as log_table
from screening.store.people_tables import people
from screening.store.sight import require_district
from screening.store.workspace import Workspace

_ACTIONS = {
    "sign_in": "登录", "sign_in_sso": "统一认证登录", "sso_unknown": "统一认证登录，没有对应账号", "sign_out": "退出", "wrong": "账号或密码不对",
    "locked": "锁定期间登录", "disabled": "停用的账号登录", "add": "新建账号", "disable": "停用账号", "enable": "启用账号", "reset": "重设密码",
    "areas": "改街道", "password": "本人改密码", "act_as": "本机操作员按此账号办理",
}  # fmt: skip


@dataclass(frozen=True)
class LogLine:
    """One line: what happened to which account, by whom (empty for somebody at the door)."""

    at: datetime
    label: str
    login: str
    by: str
    address: str
    detail: str


def account_log(workspace: Workspace, *, actor: Actor) -> list[LogLine]:
    """Every line, newest first; raises `NotAllowed` for who may not read logs."""
    require_district(workspace, actor, Document.LOG)
    names = {row["person_id"]: row["login"] for row in workspace.register.rows(sa.select(people.c.person_id, people.c.login))}
    rows = workspace.register.rows(sa.select(log_table).order_by(log_table.c.seq.desc()))
    return [
        LogLine(
            row["at"],
            _ACTIONS.get(row["action"], row["action"]),
            row["login"],
            names.get(row["by_person"], row["by_person"]),
            row["address"],
            row["detail"],
        )
        for row in rows
    ]


def disclosure_log(workspace: Workspace, *, actor: Actor) -> list[Disclosure]:
    """Every look at personal details, newest first; raises `NotAllowed` for who may not read logs."""
    require_district(workspace, actor, Document.LOG)
    return list_disclosures(workspace.register)
