"""Subdistricts (街道): codes, names, spellings, and which of them this office answers for (`rules/areas.yaml`)."""

from pathlib import Path

from screening.reference.data_files import Strict, checked, read_once, read_yaml


class Area(Strict):
    """One subdistrict; `managed_by` names another authority where the district does not run it itself."""

    code: str
    name: str
    aliases: list[str] = []
    in_scope: bool = True
    managed_by: str = ""
    note: str = ""


@read_once("areas.yaml")
def read_areas(rules: Path) -> dict[str, Area]:
    """Areas by code, in the order of the file."""
    path = rules / "areas.yaml"
    content = read_yaml(path)
    areas = checked(list[Area], content["areas"] if isinstance(content, dict) else content, path)
    return {area.code: area for area in areas}


def street_sql(rules: Path) -> str:
    """A CASE over codes, street names and addresses of `entities`, premises before registration; NULL when none tells."""
    areas = read_areas(rules).values()
    codes = ", ".join(f"'{area.code}'" for area in areas)
    by_code = [f"CASE WHEN {column} IN ({codes}) THEN {column} END" for column in ("street_code_biz", "street_code_reg")]
    by_text = [
        named_street_sql(rules, column, short_names_too=column.startswith("street"))
        for column in ("street_biz", "street_reg", "address_biz", "address_reg")
    ]
    return f"coalesce({', '.join(by_code + by_text)})"


def named_street_sql(rules: Path, column: str, *, short_names_too: bool) -> str:
    """The code of the first subdistrict that a column of text names; NULL when it names none."""
    areas = read_areas(rules).values()
    branches = " ".join(f"WHEN {_mentions(column, area, short_names_too)} THEN '{area.code}'" for area in areas)
    return f"CASE {branches} END"


def _mentions(column: str, area: Area, short_names_too: bool) -> str:
    short = [area.name.removesuffix("街道")] if short_names_too else []
    words = [area.name, *area.aliases, *short]
    return "(" + " OR ".join(f"contains({column}, '{word}')" for word in words if len(word) > 1) + ")"
