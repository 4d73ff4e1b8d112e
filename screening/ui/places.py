"""The rooms of the dashboard: title, file and address of each, once, so that a link and the menu cannot disagree."""

from dataclasses import dataclass
from pathlib import Path

_PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Place:
    """A room: `name` is its address (`/name`), `title` what the menu says."""

    name: str
    title: str

    @property
    def path(self) -> str:
        """The page's script."""
        return str(_PAGES / f"{self.name}.py")


OVERVIEW = Place("overview", "总览")
UPLOAD = Place("upload", "上传资料")
LIST = Place("list", "核查次序")
ENTITY = Place("entity", "主体详情")
REVIEW = Place("review", "认主体")
RULEBOOK = Place("rulebook", "规则库")
PLACES = (OVERVIEW, UPLOAD, LIST, ENTITY, REVIEW, RULEBOOK)
