"""What several tests share: a workspace of their own, and the real things some need."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from screening import pipeline
from screening.settings import PROJECT_ROOT
from screening.store.workspace import Workspace
from tests.homes import made_once, open_home


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: begun last, one would keep its worker busy while the others have nothing left."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def workspace_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace folder that the command line and the dashboard will use."""
    home = tmp_path / "工作 目录"
    monkeypatch.setenv("SCREENING_HOME", str(home))
    monkeypatch.delenv("SCREENING_DATABASE_URL", raising=False)
    return home


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace, open."""
    opened = open_home(tmp_path / "workspace")
    yield opened
    opened.register.close()


@pytest.fixture(scope="session")
def scored_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both sample months loaded and scored, this worker's own. Read only: whoever writes takes a copy."""
    return Path(
        shutil.copytree(made_once(tmp_path_factory, "scored", _score_the_sample), tmp_path_factory.mktemp("scored") / "home")
    )


def _score_the_sample(home: Path) -> None:
    workspace = open_home(home)
    for month in ("2026-09", "2026-10"):
        files = sorted(path for path in (PROJECT_ROOT / "data" / "sample" / month).iterdir() if path.is_file())
        pipeline.load(workspace, files, kind=None, received=pipeline.month_end(month))
        pipeline.score(workspace, as_of=pipeline.month_end(month))
    workspace.register.close()


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder that lies beside the repository where it is developed."""
    folder = Path(os.environ.get("SCREENING_SHARED") or PROJECT_ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("仓库旁没有 shared 文件夹")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a real Chromium."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    return found or _missing("没有 Chromium")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of a fresh, empty PostgreSQL database, dropped afterwards."""
    server = os.environ.get("SCREENING_TEST_POSTGRES_URL") or _missing("未设置 SCREENING_TEST_POSTGRES_URL")
    name = f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _missing(what: str) -> str:
    """Skip here; in CI, which installs everything, a missing thing is a failure."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
