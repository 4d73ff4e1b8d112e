"""The office's dated numbers that decide no score: from the rule book in force, and where that is older than the number, from the rules folder."""

from datetime import date

from screening.errors import InvalidRule
from screening.reference.parameters import parameters_on
from screening.rulebook.active import active_rules
from screening.store.workspace import Workspace


def limits_on(workspace: Workspace, day: date, *names: str) -> dict[str, float | int]:
    """Those numbers as they stand on a day; raises `InvalidRule` for one that is nowhere defined."""
    known = known_on(workspace, day)
    for name in names:
        if name not in known:
            raise InvalidRule(f"参数 {name} 未定义", "请在 rules/parameters 中写明。", {"item": name})
    return {name: known[name] for name in names}


def known_on(workspace: Workspace, day: date) -> dict[str, float | int]:
    """Every number that stands on a day, by name."""
    return parameters_on(workspace.settings.rules, day) | parameters_on(active_rules(workspace), day)
