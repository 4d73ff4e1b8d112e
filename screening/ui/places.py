"""The rooms of the dashboard: title, file and address of each, and who may enter, once, so that a link and the menu cannot disagree."""

from dataclasses import dataclass
from pathlib import Path

from screening.access import Actor, Document, Scope, Verb
from screening.reference.rights import may, scope_of

_PAGES = Path(__file__).parent / "pages"
SESSION_COOKIE = "screening_session"
SIGN_IN, SIGN_OUT, PASSWORD, SSO, SSO_BACK = "/sign-in", "/sign-out", "/password", "/sign-in/sso", "/sign-in/sso/back"


@dataclass(frozen=True)
class Place:
    """A room: `name` is its address (`/name`), `title` what the menu says; `needs` what one must see or may do to enter, None lets everybody in;
    one not `in_menu` is reached by links."""

    name: str
    title: str
    needs: Document | Verb | None
    in_menu: bool = True

    @property
    def path(self) -> str:
        """The page's script."""
        return str(_PAGES / f"{self.name}.py")

    def is_open_to(self, actor: Actor, rules: Path | None = None) -> bool:
        """Whether this person finds the room in the menu. What they see inside is decided where data is read."""
        if isinstance(self.needs, Verb):
            return may(actor, self.needs, rules)
        return self.needs is None or scope_of(actor, self.needs, rules) is not Scope.NONE


DESK = Place("desk", "我的待办", Document.CASES)
CASES = Place("cases", "案件", Document.CASES)
CASE = Place("case", "案件详情", Document.CASES, in_menu=False)
SESSIONS = Place("sessions", "会商", Document.CASES)
COVERAGE = Place("coverage", "覆盖和上门", Document.RANKING)
REPORTS = Place("reports", "月报和文书", Verb.EXPORT)
OVERVIEW = Place("overview", "总览", Document.RANKING)
UPLOAD = Place("upload", "上传资料", Verb.LOAD)
LIST = Place("list", "核查次序", Document.RANKING)
ENTITY = Place("entity", "主体详情", Document.REGISTRATION)
REVIEW = Place("review", "认主体", Verb.DECIDE)
RULEBOOK = Place("rulebook", "规则库", Document.RULEBOOK)
MODEL = Place("model", "模型", Document.RULEBOOK)
ACCOUNTS = Place("accounts", "账号", Document.ACCOUNTS)
LOGS = Place("logs", "日志", Document.LOG)
SEARCH = Place("search", "查找", Document.REGISTRATION, in_menu=False)
ME = Place("me", "我的账号", None)
PLACES = (
    DESK,
    OVERVIEW,
    LIST,
    ENTITY,
    CASES,
    CASE,
    SESSIONS,
    COVERAGE,
    REPORTS,
    UPLOAD,
    REVIEW,
    RULEBOOK,
    MODEL,
    ACCOUNTS,
    LOGS,
    SEARCH,
    ME,
)
