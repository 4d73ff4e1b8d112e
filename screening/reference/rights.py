"""Who may see and do what (`rules/access.yaml`): asked by every verb that reads or acts.

Pure functions of an actor and a row; what lies in an actor's sight is decided in `screening/store/sight.py`, which alone knows the register.
A key that no dictionary knows is not personal; one that any dictionary calls personal is masked or left out wherever it appears.
Source: domain brief 7.2, 8.1, 8.3 invariant 7; PIPL art. 6 (minimum necessary).
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import model_validator

from screening.access import OPERATOR, Actor, Document, Scope, Shown, Verb
from screening.errors import InvalidRule, NotAllowed
from screening.reference.data_files import Strict, checked, read_yaml
from screening.reference.fields import read_dictionaries
from screening.reference.masks import HIDDEN, MASKS
from screening.settings import read_settings
from screening.vocabulary import Role

_FILE = "access.yaml"


class RoleRights(Strict):
    """What one role may see and do; `only` limits a document to some of its columns."""

    sees: Mapping[Document, Scope] = {}
    contact: Shown = Shown.HIDDEN
    only: Mapping[Document, frozenset[str]] = {}
    may: frozenset[Verb] = frozenset()


class Access(Strict):
    """The whole of `rules/access.yaml`. `operator` is whoever sits at the machine's own command line."""

    masks: Mapping[str, str]
    mask_examples: Mapping[str, Mapping[str, str]] = {}
    tipster: str
    roles: Mapping[Role, RoleRights]
    operator: RoleRights

    @model_validator(mode="after")
    def _complete(self) -> "Access":
        if lacking := [role.label for role in Role if role not in self.roles]:
            raise ValueError(f"没有写这些角色：{'、'.join(lacking)}")
        if unknown := sorted({*self.masks.values(), *self.mask_examples} - set(MASKS)):
            raise ValueError(f"没有这种遮挡写法：{'、'.join(unknown)}；可用：{'、'.join(MASKS)}")
        return self


def read_access(rules: Path | None = None) -> Access:
    """The rights as written; raises `InvalidRule` for a faulty file, or when a personal column has no mask."""
    path = (rules or read_settings().rules) / _FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


def rights_of(actor: Actor, rules: Path | None = None) -> RoleRights:
    """What this actor may see and do."""
    access = read_access(rules)
    return access.operator if actor.person_id == OPERATOR.person_id else access.roles[actor.role]


def may(actor: Actor, verb: Verb, rules: Path | None = None) -> bool:
    """Whether the actor may do this."""
    return verb in rights_of(actor, rules).may


def require(actor: Actor, verb: Verb, rules: Path | None = None) -> None:
    """Raise `NotAllowed` unless the actor may do this."""
    if not may(actor, verb, rules):
        raise NotAllowed(
            f"{actor.role.label}不能{verb.label}",
            "需要的话，请找处非办经办人员或系统管理员。",
            {"role": actor.role, "verb": verb},
        )


def scope_of(actor: Actor, document: Document, rules: Path | None = None) -> Scope:
    """How far the actor sees in a document."""
    return rights_of(actor, rules).sees.get(document, Scope.NONE)


def require_scope(actor: Actor, document: Document, *enough: Scope, rules: Path | None = None) -> Scope:
    """The actor's scope in a document; raises `NotAllowed` for none, or for another than those that are `enough`."""
    scope = scope_of(actor, document, rules)
    if scope is Scope.NONE or (enough and scope not in enough):
        raise NotAllowed(
            f"{actor.role.label}不能看{document.label}",
            "只能看与本单位、本人职责有关的内容。",
            {"role": actor.role, "document": document},
        )
    return scope


def visible_areas(actor: Actor, document: Document = Document.RANKING, rules: Path | None = None) -> frozenset[str] | None:
    """Codes of the subdistricts whose entities the actor sees in a document by right; None for all of them."""
    scope = scope_of(actor, document, rules)
    return None if scope is Scope.DISTRICT else actor.areas if scope is Scope.AREAS else frozenset()


def view(actor: Actor, document: Document, row: Mapping[str, Any], rules: Path | None = None) -> dict[str, Any]:
    """What of a row the actor may see: columns left out or masked, the rest as it is."""
    personal, rights = personal_columns(rules), rights_of(actor, rules)
    masked = rights.contact is not Shown.OPEN
    return {
        name: mask_value(name, row[name], rules) if masked and name in personal and row[name] is not None else row[name]
        for name in _columns(rights, document, row, personal)
    }


def personal_columns(rules: Path | None = None) -> dict[str, str]:
    """Every column that a data dictionary calls personal → its class, contact or tipster."""
    dictionaries = read_dictionaries(rules).values()
    return {name: field.personal for d in dictionaries for name, field in d.fields.items() if field.personal != "none"}


def contact_columns(rules: Path | None = None) -> list[str]:
    """Columns that hold contact details."""
    return [name for name, class_ in personal_columns(rules).items() if class_ == "contact"]


def mask_value(name: str, value: object, rules: Path | None = None) -> str:
    """A personal value of that column as it is shown masked."""
    form = read_access(rules).masks.get(name)
    return MASKS[form](str(value)) if form else HIDDEN


def _columns(rights: RoleRights, document: Document, names: Iterable[str], personal: Mapping[str, str]) -> list[str]:
    if rights.sees.get(document, Scope.NONE) is Scope.NONE:
        return []
    only = rights.only.get(document)
    hidden = {"tipster"} if rights.contact is not Shown.HIDDEN else {"tipster", "contact"}
    return [name for name in names if (only is None or name in only) and personal.get(name) not in hidden]


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed_at: int) -> Access:
    access = checked(Access, read_yaml(path), path)
    if lacking := [name for name in contact_columns(path.parent) if name not in access.masks]:
        raise InvalidRule(
            f"{_FILE} 没有写怎样遮挡：{'、'.join(lacking)}",
            "数据字典里 personal: contact 的列都要写在 masks 里。",
            {"file": str(path)},
        )
    return access
