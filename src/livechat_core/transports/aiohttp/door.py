"""What is looked at before a request reaches the desk: its origin, its kind and its size."""

import json
from typing import Any

from aiohttp import web

from livechat_core import MAX_FRAME, LivechatError, Service, ports, refusal

from ..origins import Origin, Origins
from ..singles import status

SECOND = 1_000_000
ALLOWED = "Authorization, Content-Type, Livechat-Identity"


class Door:
    """Lets requests in, or turns them away with a status and a code.

    Args:
        service: The running desk.
    """

    def __init__(self, service: Service) -> None:
        self._origins = Origins(service.desk.rules)

    def admit(self, request: web.Request, *, to_socket: bool = False) -> ports.Request:
        """Return what the desk may look at; cookies only where they count (A26, A27).

        Args:
            request: A request of a browser or another program.
            to_socket: It wants to become a WebSocket, for which browsers always name the origin.

        Raises:
            web.HTTPException: 403: a page sent it that must not.
        """
        origin = self._origins.of(request.headers)
        if origin is Origin.FOREIGN or (to_socket and origin is Origin.NONE and request.cookies):
            raise turned_away(web.HTTPForbidden(), "foreign_origin")
        return ports.Request(
            headers={name.lower(): value for name, value in request.headers.items()},
            cookies={} if origin is Origin.SITE else dict(request.cookies),
            peer=request.remote or "",
        )

    async def permit(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let pages of the sites read an answer; never with cookies, never everybody (A28)."""
        response.headers["Vary"] = "Origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if self._origins.of(request.headers) is Origin.SITE:
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]

    async def preflight(self, request: web.Request) -> web.Response:
        """Answer a browser that asks whether a page of another origin may call."""
        self.admit(request)
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": ALLOWED,
                "Access-Control-Max-Age": "600",
            },
        )


async def read_json(request: web.Request) -> bytes:
    """Return a body that says it is plain JSON in UTF-8: forms cannot say so (A27, B37, B39).

    Raises:
        web.HTTPException: 415: it says something else. 413: it is too large.
    """
    charset = (request.charset or "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise turned_away(web.HTTPUnsupportedMediaType(), "unsupported_media_type")
    return await read(request)


async def read(request: web.Request) -> bytes:
    """Return the body, which must not be packed nor larger than a frame.

    Raises:
        web.HTTPException: 415 or 413.
    """
    if "Content-Encoding" in request.headers:
        raise turned_away(web.HTTPUnsupportedMediaType(), "unsupported_media_type")
    body = bytearray()
    expected = request.content_length or 0
    while expected <= MAX_FRAME and len(body) <= MAX_FRAME:
        chunk = await request.content.readany()
        if not chunk:
            return bytes(body)
        body += chunk
    error = web.HTTPRequestEntityTooLarge(MAX_FRAME, max(expected, len(body)))
    raise turned_away(error, "too_large")


def turned_away(error: web.HTTPException, code: str) -> web.HTTPException:
    """Return the error with a body that programs can read."""
    told = refusal(LivechatError(code))
    told["data"]["http"] = error.status
    error.text = json.dumps({"jsonrpc": "2.0", "id": None, "error": told})
    error.content_type = "application/json"
    return error


def answered(answer: dict[str, Any]) -> web.Response:
    """Return an answer of a session as a response."""
    response = web.json_response(
        answer, status=status(answer), headers={"Cache-Control": "no-store"}
    )
    wait = answer.get("error", {}).get("data", {}).get("retry_after")
    if wait is not None:
        response.headers["Retry-After"] = str(-(-wait // SECOND))
    return response


def refused(error: LivechatError) -> web.Response:
    """Return a refusal as a response."""
    return answered({"jsonrpc": "2.0", "id": None, "error": refusal(error)})
