"""The demo's sign-in: whoever presses "Sign in as Ana" is Ana. Hosts have logins of their own."""

import hmac
from typing import Any

from aiohttp import web

from livechat_core import Settings, hookimpl, ports, seconds
from livechat_core.transports.origins import Origin, Origins

COOKIE = "livechat_demo"
LIFE = seconds(12 * 3600)


class Login:
    """Signed cookies, and the plugin that believes them.

    Args:
        key: What cookies are signed with.
        settings: Who is staff.
        clock: Says when a login is over.
    """

    def __init__(self, key: str, settings: Settings, clock: ports.Clock) -> None:
        self._key = key.encode()
        self._rules = settings.rules
        self._clock = clock
        self._origins = Origins(settings.rules)
        self._ended: dict[str, int] = {}

    # --- the port ----------------------------------------------------------------------------

    @hookimpl
    def livechat_identity(self) -> ports.Identity:
        """Return this login as what tells the desk who calls."""
        return self

    async def agent(self, request: ports.Request) -> str | None:
        """Return who is signed in."""
        return self.signed_in(request.cookies.get(COOKIE, "")) or None

    async def visitor(self, request: ports.Request) -> ports.Person | None:
        """Return none: nobody signs in to the demo's shops."""
        return None

    def signed_in(self, cookie: str) -> str:
        """Return the person whose cookie this is, empty if it is none of ours, too old or ended."""
        told, _, mark = cookie.rpartition(".")
        agent, _, until = told.rpartition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(told)) or cookie in self._ended:
            return ""
        return agent if self._clock.now() < int(until) else ""

    # --- the forms ---------------------------------------------------------------------------

    async def sign_in(self, request: web.Request) -> web.Response:
        """Set the cookie, and go where the form says."""
        form = await self._form(request)
        agent = str(form.get("agent", ""))
        if agent not in self._rules.staff:
            raise web.HTTPBadRequest(text="There is nobody of this name at the desk.\n")
        told = f"{agent}.{self._clock.now() + LIFE}"
        response = _go(str(form.get("next", "/console/")))
        response.set_cookie(
            COOKIE,
            f"{told}.{self._mark(told).decode()}",
            max_age=LIFE // seconds(1),
            httponly=True,
            samesite="Lax",
        )
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """End the login, also on connections that are still open (A36)."""
        await self._form(request)
        cookie, now = request.cookies.get(COOKIE, ""), self._clock.now()
        self._ended = {one: until for one, until in self._ended.items() if until > now}
        if self.signed_in(cookie):
            self._ended[cookie] = now + LIFE
        response = _go("/")
        response.del_cookie(COOKIE, httponly=True, samesite="Lax")
        return response

    async def _form(self, request: web.Request) -> Any:  # noqa: ANN401 - of aiohttp
        if self._origins.of(request.headers) not in (Origin.OWN, Origin.NONE):
            raise web.HTTPForbidden(text="This form belongs to another page.\n")
        return await request.post()

    def _mark(self, told: str) -> bytes:
        return hmac.digest(self._key, told.encode(), "sha256").hex().encode()


def _go(address: str) -> web.Response:
    """Return a redirection to a page of ours, never to somebody else's."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return web.Response(status=303, headers={"Location": address if inside else "/"})
