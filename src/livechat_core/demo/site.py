"""The demo's own pages: the index, the two shops, the console, the team channel."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from livechat_core.transports.aiohttp.static import file

from .login import COOKIE, Login
from .outside import PAGES

PUBLIC = {
    "/": "index",
    "/sites/performances/": "performances",
    "/sites/performances/about": "performances_about",
    "/sites/drumstory/": "drumstory",
    "/sites/drumstory/about": "drumstory_about",
    "/sign-in/": "sign_in",
}
STAFF = {"/console/": "console", "/team/": "team"}
OUTSIDE = ("/erm/", "/mail/", "/slack/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_pages(app: web.Application, login: Login) -> None:
    """Add the pages to the demo's application."""
    for path, name in PUBLIC.items():
        app.router.add_get(path, _page(name))
    for path, name in STAFF.items():
        app.router.add_get(path, _staff_page(name, login))
    for path in (*PUBLIC, *STAFF, *OUTSIDE):
        if path != "/" and path.endswith("/"):
            app.router.add_get(path.rstrip("/"), _go_on)
    app.router.add_get("/favicon.ico", _file("demo.svg"))
    app.router.add_get("/demo/pages/{name}", _named)
    app.router.add_post("/demo/sign-in", login.sign_in)
    app.router.add_post("/demo/sign-out", login.sign_out)
    app.on_response_prepare.append(_add_headers)


def _page(name: str) -> Handler:
    return _file(f"{name}.html")


def _staff_page(name: str, login: Login) -> Handler:
    """Return what serves a page to staff, and the way to sign in to everybody else."""

    async def serve(request: web.Request) -> web.StreamResponse:
        known = login.signed_in(request.cookies.get(COOKIE, ""))
        response = file(PAGES, f"{name}.html" if known else "sign_in.html")
        response.headers["Cache-Control"] = "no-store"
        return response

    return serve


def _file(name: str) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return file(PAGES, name)

    return serve


async def _named(request: web.Request) -> web.StreamResponse:
    return file(PAGES, request.match_info["name"])


async def _go_on(request: web.Request) -> web.StreamResponse:
    return web.Response(status=308, headers={"Location": f"{request.path}/"})


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
