"""Pictures of every room for `docs/`, as each role that has it sees it: light and dark, office screen and phone.

Run beside a demo: `python run.py` in one window, then `.venv/bin/python -m tests.ui.take_pictures PASSWORD --out docs/pictures`.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from screening.access import OPERATOR, SYSTEM, Actor
from screening.accounts.samples import SAMPLE_ACCOUNTS
from screening.cases.casebook import Casebook
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import read_settings
from screening.store.workspace import Workspace
from screening.ui.places import CASE, DESK, ENTITY, PLACES, Place
from screening.vocabulary import Role
from tests.ui.conftest import ARGUMENTS
from tests.ui.walking import OFFICE_SCREEN, PHONE, THEMES, Walker

LOOKS = {
    f"{theme}-{size}": (theme, screen) for theme in THEMES for size, screen in (("desktop", OFFICE_SCREEN), ("phone", PHONE))
}
FIRST_CHOICE = (Role.OFFICER, Role.CHIEF, Role.ADMINISTRATOR)
HOMES = (Role.CHIEF, Role.LEADER, Role.STREET, Role.MARKET, Role.POLICE)
COLOURS = 128  # of a screenshot; enough for flat pages, a third of the size
SETTLE_MS = 2500


def main() -> None:
    """Sign in as each role once a look, and photograph its rooms."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("password")
    options.add_argument("--address", default="http://127.0.0.1:8501")
    options.add_argument("--out", type=Path, default=Path("docs/pictures"))
    options.add_argument("--look", choices=[*LOOKS], nargs="*", default=[*LOOKS])
    options.add_argument("--room", nargs="*", default=[place.name for place in PLACES])
    wanted = options.parse_args()
    examples = whom_to_show()
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for look in wanted.look:
            theme, screen = LOOKS[look]
            for login, _, _, role, _ in SAMPLE_ACCOUNTS:
                rooms = [place for place in rooms_of(role) if place.name in wanted.room]
                if rooms:
                    walker = Walker(browser, wanted.address, login, wanted.password, screen, theme=theme)
                    for place in rooms:
                        photograph(
                            walker,
                            address_of(place, role) + examples.get(place, ""),
                            wanted.out / f"{file_name(place, role)}-{look}.png",
                        )
                    walker.page.context.close()
        browser.close()
    (wanted.out / "rooms.md").write_text(index(wanted.out), encoding="utf-8")


def index(folder: Path) -> str:
    """A page that shows them all."""
    lines = ["# 各页的样子", "", "由 `tests/ui/take_pictures.py` 从示例资料拍下，全部虚构。", ""]
    for role in [role for _, _, _, role, _ in SAMPLE_ACCOUNTS]:
        for place in rooms_of(role):
            shots = [f"{file_name(place, role)}-{look}.png" for look in LOOKS]
            if all((folder / shot).exists() for shot in shots):
                lines += [
                    f"## {place.title}（{role.label}）",
                    "",
                    "".join(f"![{place.title}]({shot}) " for shot in shots).strip(),
                    "",
                ]
    return "\n".join(lines)


def whom_to_show() -> dict[Place, str]:
    """The entity visited first, and the case that has come furthest, of the workspace on this machine."""
    workspace = Workspace(read_settings())
    first = ranked(workspace, find_run(workspace), Filter(top=1), actor=OPERATOR)[0]
    case = max(Casebook(workspace).cases(SYSTEM), key=lambda case: len(case.been))
    workspace.register.close()
    return {ENTITY: f"?entity={first.entity_id}", CASE: f"?case={case.case_id}"}


def rooms_of(role: Role) -> Sequence[Place]:
    """The rooms photographed under a role: each room once, by the first role that works there, and everybody's own home."""
    first = {place: next((r for r in (*FIRST_CHOICE, *Role) if place.is_open_to(actor(r))), None) for place in PLACES}
    return [place for place in PLACES if first[place] is role or (place is DESK and role in HOMES)]


def address_of(place: Place, role: Role) -> str:
    """A role's first room is the house's own address."""
    return "/" if place is next(one for one in PLACES if one.is_open_to(actor(role))) else f"/{place.name}"


def actor(role: Role) -> Actor:
    """Somebody of a role."""
    return Actor(role.value, role.label, role.label, role, frozenset())


def file_name(place: Place, role: Role) -> str:
    """A home bears its role's name as well."""
    return f"{place.name}-{role.value}" if place is DESK else place.name


def photograph(walker: Walker, address: str, path: Path) -> None:
    """The whole room, or as much of it as two screens hold."""
    walker.go(address)
    walker.page.get_by_role("heading").first.wait_for()
    walker.page.wait_for_timeout(SETTLE_MS)
    walker.page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
