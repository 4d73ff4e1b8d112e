"""The doors of the dashboard, outside Streamlit: the pages where one signs in, changes a password, signs out, and the gate before everything else.

The session token travels in a cookie that scripts cannot read and other sites cannot send along; forms carry a second token that another site cannot
know. Without a session the gate lets through nothing but these pages and the health check, neither pages nor the socket Streamlit speaks through.
"""

import functools
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
from authlib.integrations.starlette_client import OAuth, OAuthError
from starlette.middleware import Middleware
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from screening.accounts.passwords import SHORTEST
from screening.accounts.people import Person, change_password, first_administrator_said
from screening.accounts.sessions import LONGEST, SignedIn, open_session_for, sign_in, sign_in_by_sso, sign_out, who
from screening.errors import NotAllowed, ScreeningError
from screening.settings import Oidc, Settings, read_settings
from screening.store.workspace import Workspace
from screening.ui import words
from screening.ui.places import PASSWORD, SESSION_COOKIE, SIGN_IN, SIGN_OUT, SSO, SSO_BACK

_FORM_COOKIE = "screening_form"
_OPEN_PATHS = (SIGN_IN, SSO, SSO_BACK, "/_stcore/health")
_LONGEST_FORM = 16_384  # bytes
_UNAUTHENTICATED = 4401  # the code with which a socket is closed
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{font:18px/1.6 'Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#1a1a1a;background:#f4f6f8;margin:0}}
main{{max-width:26rem;margin:8vh auto;background:#fff;padding:1.5rem 2rem 2rem;border:1px solid #d5dbe1;border-radius:8px}}
h1{{font-size:1.5rem}}label{{display:block;margin-top:1rem}}input{{width:100%;box-sizing:border-box;font:inherit;padding:.4rem;border:1px solid #6b7785;border-radius:4px}}
button{{margin-top:1.5rem;font:inherit;padding:.45rem 1.6rem;color:#fff;background:#0b5394;border:0;border-radius:4px}}
.wrong{{color:#9b1c1c;background:#fdecea;padding:.6rem;border-radius:4px}}.small{{font-size:.9rem;color:#444}}a{{color:#0b5394}}
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"""


@functools.lru_cache(maxsize=8)
def _house(settings: Settings) -> Workspace:
    return Workspace(settings)


def house() -> Workspace:
    """The workspace the server serves."""
    return _house(read_settings())


class Gate:
    """ASGI middleware: nobody without a session gets past it, and with a one-time password only to the page where it is changed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, lead to the door, or close."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in _OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        person = await anyio.to_thread.run_sync(_person, _cookies(scope).get(SESSION_COOKIE))
        is_free = person is not None and (not person.must_change or scope["path"] in (PASSWORD, SIGN_OUT))
        if is_free:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _UNAUTHENTICATED})
        else:
            await RedirectResponse(PASSWORD if person else SIGN_IN, 303, headers=_HEADERS)(scope, receive, send)


async def show_sign_in(request: Request) -> Response:
    """The form, or straight on for who is in."""
    if await _signed_in(request):
        return RedirectResponse("/", 303, headers=_HEADERS)
    return _sign_in_page(request)


async def do_sign_in(request: Request) -> Response:
    """Name and password, or one sentence why not."""
    form = await _form(request)
    if form is None:
        return _sign_in_page(request, words.FORM_TOO_OLD, 403)
    try:
        found = await anyio.to_thread.run_sync(_sign_in, form.get("login", ""), form.get("password", ""), _address(request))
    except NotAllowed as error:
        return _sign_in_page(request, f"{error.message}。{error.hint}", int(str(error.where.get("status", 401))))
    return _let_in(request, found)


async def show_password(request: Request) -> Response:
    """The form for a new password."""
    person = await _signed_in(request)
    return _password_page(request, person) if person else RedirectResponse(SIGN_IN, 303, headers=_HEADERS)


async def do_password(request: Request) -> Response:
    """Change one's own password; a new session takes the place of all others."""
    person, form = await _signed_in(request), await _form(request)
    if person is None:
        return RedirectResponse(SIGN_IN, 303, headers=_HEADERS)
    if form is None:
        return _password_page(request, person, words.FORM_TOO_OLD, 403)
    if form.get("new") != form.get("again"):
        return _password_page(request, person, words.PASSWORDS_DIFFER, 400)
    try:
        token = await anyio.to_thread.run_sync(_change_password, person, form.get("old", ""), form.get("new", ""))
    except ScreeningError as error:
        return _password_page(request, person, f"{error.message}。{error.hint}", 400)
    return _let_in(request, SignedIn(person, token))


async def do_sign_out(request: Request) -> Response:
    """End the session and forget the cookie."""
    if await _form(request) is not None:
        await anyio.to_thread.run_sync(_sign_out, request.cookies.get(SESSION_COOKIE))
    response = RedirectResponse(SIGN_IN, 303, headers=_HEADERS)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


async def to_sso(request: Request) -> Response:
    """To the unit's own sign-in service, where there is one."""
    oidc = read_settings().oidc
    if oidc is None:
        return _sign_in_page(request, words.NO_SSO, 404)
    try:
        response: Response = await _client(oidc).authorize_redirect(request, str(request.url_for("sso_back")))
    except Exception:  # the service is unreachable or misconfigured: whatever its client raises, the local door stays open
        return _sign_in_page(request, words.SSO_FAILED, 502)
    return response


async def back_from_sso(request: Request) -> Response:
    """What the service says of somebody leads to an account that exists, or nowhere."""
    oidc = read_settings().oidc
    if oidc is None:
        return _sign_in_page(request, words.NO_SSO, 404)
    try:
        claims: Mapping[str, Any] = (await _client(oidc).authorize_access_token(request)).get("userinfo") or {}
    except OAuthError:
        return _sign_in_page(request, words.SSO_FAILED, 502)
    try:
        found = await anyio.to_thread.run_sync(_sso, str(claims.get(oidc.claim) or ""), _address(request))
    except NotAllowed as error:
        return _sign_in_page(request, f"{error.message}。{error.hint}", int(str(error.where.get("status", 403))))
    return _let_in(request, found)


@asynccontextmanager
async def opening(_app: object) -> AsyncIterator[None]:
    """At the server's start: the first administrator, whose one-time password only this console shows."""
    if said := await anyio.to_thread.run_sync(lambda: first_administrator_said(house())):
        print(said, file=sys.stderr, flush=True)
    yield


async def _signed_in(request: Request) -> Person | None:
    return await anyio.to_thread.run_sync(_person, request.cookies.get(SESSION_COOKIE))


def _person(token: str | None) -> Person | None:
    return who(house(), token)


def _sign_in(login: str, password: str, address: str) -> SignedIn:
    return sign_in(house(), login, password, address=address)


def _sso(subject: str, address: str) -> SignedIn:
    return sign_in_by_sso(house(), subject, address=address)


def _change_password(person: Person, old: str, new: str) -> str:
    change_password(house(), person, old, new)
    return open_session_for(house(), person)


def _sign_out(token: str | None) -> None:
    sign_out(house(), token)


@functools.lru_cache(maxsize=4)
def _client(oidc: Oidc) -> Any:
    known = OAuth()
    client = {"client_id": oidc.client_id, "client_secret": oidc.client_secret, "server_metadata_url": oidc.metadata_url}
    return known.register("unit", **client, client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"})


def _let_in(request: Request, found: SignedIn) -> Response:
    response = RedirectResponse(PASSWORD if found.person.must_change else "/", 303, headers=_HEADERS)
    response.set_cookie(
        SESSION_COOKIE,
        found.token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form that this server gave to this browser; None for any other."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return None
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items()}
    origin = request.headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    given, kept = fields.get("form", ""), request.cookies.get(_FORM_COOKIE, "")
    return fields if is_own and kept and secrets.compare_digest(given, kept) else None


def _cookies(scope: Scope) -> dict[str, str]:
    header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"), "")
    return cookie_parser(header)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _sign_in_page(request: Request, wrong: str = "", status: int = 200) -> Response:
    sso = f'<p><a href="{SSO}">{words.SIGN_IN_BY_SSO}</a></p>' if read_settings().oidc else ""
    fields = _field("login", words.LOGIN, "text", "username") + _field("password", words.PASSWORD, "password", "current-password")
    return _page(
        request,
        words.SIGN_IN_TITLE,
        SIGN_IN,
        fields,
        words.SIGN_IN,
        wrong,
        status,
        sso + f'<p class="small">{words.SIGN_IN_HELP}</p>',
    )


def _password_page(request: Request, person: Person, wrong: str = "", status: int = 200) -> Response:
    fields = (
        _field("old", words.OLD_PASSWORD, "password", "current-password")
        + _field("new", words.NEW_PASSWORD, "password", "new-password")
        + _field("again", words.NEW_PASSWORD_AGAIN, "password", "new-password")
    )
    why = f"<p>{words.MUST_CHANGE}</p>" if person.must_change else ""
    rules = f'<p class="small">{words.PASSWORD_RULES.format(shortest=SHORTEST)}</p>'
    return _page(request, words.CHANGE_PASSWORD, PASSWORD, why + fields, words.CHANGE_PASSWORD, wrong, status, rules)


def _field(name: str, label: str, kind: str, complete: str) -> str:
    return f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" required></label>'


def _page(request: Request, title: str, action: str, fields: str, button: str, wrong: str, status: int, after: str) -> Response:
    """A page with one form, and the token that only this browser and this form know."""
    token = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(16)
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    hidden = f'<input type="hidden" name="form" value="{escape(token)}">'
    form = f'<form method="post" action="{action}">{hidden}{fields}<button>{button}</button></form>'
    response = HTMLResponse(
        _PAGE.format(title=f"{words.APP_TITLE} · {title}", body=said + form + after), status, headers=_HEADERS
    )
    secure = request.url.scheme == "https"
    response.set_cookie(_FORM_COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return response


ROUTES = [
    Route(SIGN_IN, show_sign_in, methods=["GET"]),
    Route(SIGN_IN, do_sign_in, methods=["POST"]),
    Route(PASSWORD, show_password, methods=["GET"]),
    Route(PASSWORD, do_password, methods=["POST"]),
    Route(SIGN_OUT, do_sign_out, methods=["POST"]),
    Route(SSO, to_sso, methods=["GET"]),
    Route(SSO_BACK, back_from_sso, methods=["GET"], name="sso_back"),
]
MIDDLEWARE = [Middleware(Gate)]
