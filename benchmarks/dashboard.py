"""The dashboard with a whole district behind it: 50,000 entities and 100,000 complaints, in a real Chromium.

Prints the median of 20 of: first useful paint of the list and of an entity's page (opened by address, and by a click inside), the answer to a filter,
each beside the bare query over the same Parquet and their ratio; then 30 people at once, each opening the list, filtering it and reading an entity.
Run: `python -m benchmarks.dashboard [--home FOLDER] [--rounds 20] [--people 30]`; without a home one is made, which takes a minute. The rows are invented.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, sync_playwright

from benchmarks.district import AS_OF, write_files
from benchmarks.door import come_in
from screening import pipeline
from screening.access import OPERATOR
from screening.accounts.people import add_person, change_password, find_person, list_people
from screening.cases.casebook import Casebook
from screening.follow_up import raise_from_run
from screening.scoring.ranking import Filter, find_run, ranked
from screening.settings import PROJECT_ROOT, Settings
from screening.store.workspace import Workspace
from screening.vocabulary import Grade, Kind, Role

PASSPHRASE = "一句记得住的话 2026"  # noqa: S105  of accounts that live as long as the benchmark
LOGIN = "benchmark"
COUNT = re.compile(r"^共 \d+ 户")
# Looked for at every frame: what waits by Playwright's own `expect` looks again after 0.1, 0.25, 0.5 and 1 s only.
CHANGED = "before => [...document.querySelectorAll('p')].some(e => /^共 \\d+ 户/.test(e.innerText) && e.innerText != before)"
PATIENCE_MS = 60_000
READING_MS = 1_000  # between two acts of a person, who looks at a page before they leave it; what is still drawn meanwhile is not counted twice
STREETS = ("解放街道", "工农街道", "海滨街道", "东新街道")
GOALS = {"名单，按网址打开": 1.0, "名单，点进去": 1.0, "主体，按网址打开": 1.0, "主体，点进去": 1.0, "筛选": 0.5}


def main() -> None:
    """Make the home where none is given, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--people", type=int, default=30)
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = wanted.home or Path(folder) / "var"
        workspace = Workspace(Settings(home=home, database_url=f"sqlite:///{(home / 'register.sqlite').as_posix()}"))
        if not workspace.register.runs():
            fill(workspace, Path(folder))
        sign_up(workspace)
        run = find_run(workspace)
        entities = [entity.entity_id for entity in ranked(workspace, run, Filter(top=wanted.rounds), actor=OPERATOR)]
        bare = bare_queries(workspace, entities)
        workspace.register.close()
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            measured = measure(browser, address, entities)
            failures, seconds = together(browser, address, entities, wanted.people)
            browser.close()
    print(f"{run.summary['entities']} entities")
    for name, times in measured.items():
        median, floor = statistics.median(times), bare["筛选" if name == "筛选" else name[:2]]
        said = f"{name:　<8}{median:7.3f} s (fastest {min(times):.3f}, slowest {max(times):.3f}; goal {GOALS[name]} s)"
        print(f"{said}   {median / floor:6.1f} x the bare query ({floor * 1000:.1f} ms)")
    print(
        f"{wanted.people} people at once: {failures} failed; median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s a visit"
    )


def fill(workspace: Workspace, folder: Path) -> None:
    """The invented district, loaded, scored, its alerts turned into cases."""
    for kind, path in zip((Kind.ENTITIES, Kind.COMPLAINTS), write_files(folder, 50_000, 100_000), strict=True):
        pipeline.load(workspace, [path], kind=kind, received=AS_OF)
    raise_from_run(Casebook(workspace), pipeline.score(workspace, as_of=AS_OF), at=datetime.now(UTC))


def sign_up(workspace: Workspace) -> None:
    """The account the benchmark works under."""
    if LOGIN in {person.login for person in list_people(workspace, actor=OPERATOR)}:
        return
    once = add_person(workspace, actor=OPERATOR, login=LOGIN, name="测速", unit="区处非办", role=Role.OFFICER)
    change_password(workspace, find_person(workspace, LOGIN), once, PASSPHRASE)


def bare_queries(workspace: Workspace, entities: list[str]) -> dict[str, float]:
    """Seconds of the least any page must do: read its rows from the run's Parquet."""
    scores, evidence = (workspace.run_rows(find_run(workspace), name) for name in ("scores", "evidence"))
    with duckdb.connect() as connection:
        first = f"SELECT * FROM {scores} ORDER BY rank LIMIT 1000"
        some = f"SELECT * FROM {scores} WHERE grade = ? ORDER BY rank LIMIT 1000"
        return {
            "名单": typical(lambda: connection.execute(first).fetchall()),
            "筛选": typical(lambda: connection.execute(some, [Grade.YELLOW.value]).fetchall()),
            "主体": typical(
                lambda: [
                    connection.execute(f"SELECT * FROM {table} WHERE entity_id = ?", entities[:1]).fetchall()
                    for table in (scores, evidence)
                ]
            ),
        }


def typical(action: Callable[[], object], rounds: int = 20) -> float:
    """Median seconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def measure(browser: Browser, address: str, entities: list[str]) -> dict[str, list[float]]:
    """One person at work: seconds of each kind of step, the first of each left out (it fills caches)."""
    page = signed_in(browser, address)
    row = page.get_by_role("link", name="核查次序").first
    times: dict[str, list[float]] = {name: [] for name in GOALS}
    for number, entity in enumerate([entities[0], *entities]):
        steps: dict[str, tuple[Callable[[], object], Callable[[Page], None]]] = {
            "名单，按网址打开": (partial(page.goto, f"{address}/list"), list_is_there),
            "主体，点进去": (partial(click_first, page), entity_is_there),
            "名单，点进去": (row.click, list_is_there),
            "主体，按网址打开": (partial(page.goto, f"{address}/entity?entity={entity}"), entity_is_there),
        }
        for name, (act, is_there) in steps.items():
            times[name].append(timed(page, act, is_there))
        page.goto(f"{address}/list")
        list_is_there(page)
        times["筛选"].append(filtered(page, STREETS[number % len(STREETS)]))
    page.context.close()
    return {name: found[1:] for name, found in times.items()}


def together(browser: Browser, address: str, entities: list[str], people: int) -> tuple[int, list[float]]:
    """So many windows at once: all set off before the first is waited for. Returns how many failed and the seconds of each visit."""
    windows = [signed_in(browser, address) for _ in range(people)]
    failures, seconds = 0, []
    rounds: tuple[tuple[Callable[[Page, str], object], Callable[[Page], None]], ...] = (
        (lambda page, entity: page.goto(f"{address}/list", wait_until="commit"), list_is_there),
        (lambda page, entity: page.goto(f"{address}/list?list.area=解放街道", wait_until="commit"), list_is_there),
        (lambda page, entity: page.goto(f"{address}/entity?entity={entity}", wait_until="commit"), entity_is_there),
    )
    for act, is_there in rounds:
        begun = time.perf_counter()
        for number, page in enumerate(windows):
            act(page, entities[number % len(entities)])
        for page in windows:
            try:
                is_there(page)
            except TimeoutError:
                failures += 1
            seconds.append(time.perf_counter() - begun)
    for page in windows:
        page.context.close()
    return failures, seconds


def signed_in(browser: Browser, address: str) -> Page:
    """A window of its own, past the door."""
    page = browser.new_context(locale="zh-CN", viewport=ViewportSize(width=1366, height=768)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    come_in(page, address, LOGIN, PASSPHRASE)
    return page


def timed(page: Page, act: Callable[[], object], is_there: Callable[[Page], object]) -> float:
    """Seconds from a person's act, a second after the one before, to what they wait for."""
    page.wait_for_timeout(READING_MS)
    begun = time.perf_counter()
    act()
    is_there(page)
    return time.perf_counter() - begun


def list_is_there(page: Page) -> None:
    """The table is drawn."""
    page.wait_for_function("() => document.querySelector('[data-testid=stDataFrame] canvas')?.getBoundingClientRect().height > 0")


def entity_is_there(page: Page) -> None:
    """Name, grade and the reasons' heading are on the page."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('h2')].some(e => e.offsetParent && e.innerText == '为什么是这个分值')"
    )


def click_first(page: Page) -> None:
    """On the first line's name; the grid is drawn on a canvas."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 400, box["y"] + 60)


def filtered(page: Page, street: str) -> float:
    """Seconds from choosing a subdistrict to the new count."""
    count = page.get_by_text(COUNT).first
    before = count.inner_text()
    page.get_by_role("combobox", name="街道").click()
    option = page.get_by_role("option", name=street)
    option.wait_for()
    return timed(page, option.click, lambda page: page.wait_for_function(CHANGED, arg=before))


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a running dashboard over a home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    options = [f"--server.port={address.rpartition(':')[2]}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py"), *options]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=os.environ | {"SCREENING_HOME": str(home)}) as server:
        try:
            for _ in range(PATIENCE_MS // 200):
                with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310  loopback
                    break
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
