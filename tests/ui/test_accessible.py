"""Every room by the rules of WCAG 2.1 A and AA, as the axe engine measures them in a real Chromium: light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from screening.ui.places import PLACES
from screening.vocabulary import Role
from tests.ui.conftest import PASSPHRASE, person
from tests.ui.walking import THEMES, Walker

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
SETTLE_MS = 300  # colours fade over for as long


def test_every_room_of_the_office_meets_aa(address: str, browser: Browser) -> None:
    walker = Walker(browser, address, Role.OFFICER.value, PASSPHRASE)
    found, measured = {}, list[bool]()
    for place in (place for place in PLACES if place.is_open_to(person(Role.OFFICER).actor)):
        walker.go(f"/{place.name}")
        walker.page.get_by_role("heading").first.wait_for()
        for theme in THEMES:
            walker.page.emulate_media(color_scheme=theme)
            walker.settle()
            walker.page.wait_for_timeout(SETTLE_MS)
            told = Axe().run(walker.page, options=RULES).response
            measured.append("color-contrast" in {rule["id"] for rule in told["passes"]})
            for rule in told["violations"]:
                found[place.name, theme, rule["id"]] = [node["html"][:200] for node in rule["nodes"][:3]]
    assert not found
    assert sum(measured) > len(measured) / 2, "contrast can be measured in most rooms"
