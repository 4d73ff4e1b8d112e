"""One account a role for the invented sample month, so that a newcomer can see what each role sees. Never beside an office's own files."""

import hashlib
from pathlib import Path

from screening.accounts.people import renew_samples
from screening.store.register import Register
from screening.store.workspace import Workspace
from screening.vocabulary import Role

_OFFICE = "区处非办"
SAMPLE_ACCOUNTS: tuple[tuple[str, str, str, Role, tuple[str, ...]], ...] = (
    ("jingban", "示例经办", _OFFICE, Role.OFFICER, ()),
    ("fuzeren", "示例负责人", _OFFICE, Role.CHIEF, ()),
    ("lingdao", "示例区领导", "区政府", Role.LEADER, ()),
    ("jiedao", "示例街道", "解放街道办", Role.STREET, ("解放街道",)),
    ("wangge", "示例网格员", "解放街道办", Role.GRID, ("解放街道",)),
    ("shijian", "示例市监", "区市场监管局", Role.MARKET, ()),
    ("jingzhen", "示例经侦", "公安经侦大队", Role.POLICE, ()),
    ("hangye", "示例行业", "区商务局", Role.INDUSTRY, ()),
    ("fazhi", "示例法制", _OFFICE, Role.LEGAL, ()),
    ("shenji", "示例审计", "区审计局", Role.AUDITOR, ()),
    ("guanli", "示例管理员", _OFFICE, Role.ADMINISTRATOR, ()),
)


def sample_password(workspace: Workspace) -> str | None:
    """Make or renew the sample accounts and return their one password; None in a workspace that holds anything but the sample."""
    if not holds_only_samples(workspace.register, workspace.settings.sample):
        return None
    return renew_samples(workspace, SAMPLE_ACCOUNTS)


def holds_only_samples(register: Register, sample: Path) -> bool:
    """Whether every loaded file is one of the sample's."""
    known = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in sample.rglob("*") if path.is_file() and path.parent != sample
    }
    return register.file_hashes() <= known
