"""How a browser of a benchmark or a test comes in: by the door, as people do."""

from playwright.sync_api import Page

from screening.ui import words
from screening.ui.places import SIGN_IN


def come_in(page: Page, address: str, login: str, password: str) -> None:
    """Sign in and wait for the first room."""
    page.goto(f"{address}{SIGN_IN}")
    page.get_by_label(words.LOGIN).fill(login)
    page.get_by_label(words.PASSWORD).fill(password)
    page.get_by_role("button", name=words.SIGN_IN).click()
    page.wait_for_url(f"{address}/")
