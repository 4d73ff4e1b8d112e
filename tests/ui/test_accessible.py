"""Every room by the rules of WCAG 2.1 A and AA, as the axe engine measures them in a real Chromium: light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from screening.ui.places import PLACES
from screening.vocabulary import Role
from tests.ui.conftest import PASSPHRASE, person
from tests.ui.walking import OFFICE_SCREEN, THEMES, Theme, Walker

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
SETTLE_MS = 1500


@pytest.mark.parametrize("theme", THEMES)
def test_every_room_of_the_office_meets_aa(address: str, browser: Browser, theme: Theme) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE, OFFICE_SCREEN, theme)
    found = {}
    for place in (place for place in PLACES if place.is_open_to(person(Role.OFFICER).actor)):
        walker.go(f"/{place.name}")
        walker.page.get_by_role("heading").first.wait_for()
        walker.page.wait_for_timeout(SETTLE_MS)
        for violation in Axe().run(walker.page, options=RULES).response["violations"]:
            found[place.name, violation["id"]] = [node["html"][:200] for node in violation["nodes"][:3]]
    assert not found
