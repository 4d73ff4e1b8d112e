"""How a person's hands move through the dashboard in a browser: sign in, fill in, choose, press."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, TimeoutError, ViewportSize, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.door import come_in

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
STEP_MS, RETRY_MS, TRIES, PEEK_MS = 180_000, 10_000, 5, 20  # a loaded machine scores and rehearses slowly
OFFICE_SCREEN, PHONE = (1366, 768), (390, 844)
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


class Line:
    """What goes over a page's line to the server: whether the last drawing that was asked for has come to its end."""

    def __init__(self, page: Page) -> None:
        self.is_quiet, self._has_begun = True, False
        page.on("websocket", self._listen)

    def expect_drawing(self) -> None:
        """A page is about to be opened: it will ask."""
        self.is_quiet = self._has_begun = False

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script"):
            self.expect_drawing()

    def _received(self, frame: str | bytes) -> None:
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if message.HasField("new_session"):
            self._has_begun = True
        elif message.HasField("script_finished"):
            self.is_quiet = self._has_begun and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Walker:
    """Somebody signed in, before one window; `requested` notes every address their browser asked for."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        login: str,
        passphrase: str,
        size: tuple[int, int] = OFFICE_SCREEN,
        theme: Theme = "light",
    ) -> None:
        self.address, self.requested = address, list[str]()
        screen = ViewportSize(width=size[0], height=size[1])
        self.page: Page = browser.new_context(locale="zh-CN", viewport=screen, color_scheme=theme).new_page()
        self.page.set_default_timeout(STEP_MS)
        expect.set_options(timeout=STEP_MS)
        self._line = Line(self.page)
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("websocket", lambda socket: self.requested.append(socket.url))
        come_in(self.page, address, login, passphrase)

    def go(self, place: str) -> None:
        """To an address of the dashboard, drawn."""
        self._line.expect_drawing()
        self.page.goto(f"{self.address}{place}")
        self.settle()

    def fill(self, label: str, text: str) -> None:
        """Type into a field and leave it."""
        field = self.page.get_by_label(label, exact=True).first
        field.fill(text)
        field.blur()
        self.settle()

    def day(self, label: str, iso: str) -> None:
        """Type a date."""
        self.page.get_by_role("group", name=label, exact=True).first.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(iso.replace("-", ""))
        self.page.keyboard.press("Tab")
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """One of a list, or one more of several; chosen again where the page was drawn anew just then."""
        fields = self.page.locator("[data-testid=stSelectbox], [data-testid=stMultiSelect]")
        field = fields.filter(has=self.page.get_by_role("combobox", name=label)).first
        for _ in range(TRIES):
            box = self.page.get_by_role("combobox", name=label).first
            box.click()
            box.fill(option)
            with suppress(TimeoutError):  # the open list went away with the page that was drawn anew
                self.page.get_by_role("option", name=option).first.click(timeout=RETRY_MS)
            self.page.keyboard.press("Tab")
            self.settle()
            if option in field.inner_text() + box.input_value():
                return
        raise AssertionError(f"{label}: {option}")

    def attach(self, label: str, files: Sequence[Path]) -> None:
        """Files to an upload field; handed over again where the page was drawn anew just then."""
        field = self.page.get_by_test_id("stFileUploader").filter(has_text=label)
        for patience in (RETRY_MS, RETRY_MS, STEP_MS):
            field.locator("input[type=file]").set_input_files([str(path) for path in files])
            with suppress(*(() if patience == STEP_MS else (AssertionError,))):
                expect(field.get_by_text(files[0].name)).to_be_visible(timeout=patience)
                break
        self.settle()

    def press(self, label: str) -> None:
        """A button."""
        self.page.get_by_role("button", name=label, exact=True).first.click()
        self.settle()

    def unfold(self, label: str) -> None:
        """Open a folded part of the page."""
        self.page.locator("summary").filter(has_text=label).first.click()
        self.settle()

    def sees(self, text: str) -> None:
        """Wait for words to be on the page."""
        expect(self.found(text)).to_be_visible()

    def found(self, text: str) -> Locator:
        """Where words stand."""
        return self.page.get_by_text(text).first

    def settle(self) -> None:
        """Wait until Streamlit has drawn what this led to: what the page asks for on a click is on the line before its next frame."""
        self.page.evaluate(_DRAWN)
        deadline = time.monotonic() + STEP_MS / 1000
        while not self._line.is_quiet:
            assert time.monotonic() < deadline, "the server has not drawn it"
            self.page.wait_for_timeout(PEEK_MS)
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
        self.page.evaluate(_DRAWN)
