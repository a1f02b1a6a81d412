"""Attachments over HTTP: sent by POST, got by GET, under the same address (F44, A66)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import quote

from aiohttp import web

from livechat_core import LivechatError, Rejected, Service

from ..singles import Singles, bearer
from .door import Door, answered, refused, turned_away

PIECE = 64 * 1024
STALL = 30.0
STATUS = {"too_large": 413, "too_many_pixels": 413, "unsupported_type": 415}
HARMLESS = {
    # Whatever a browser takes the content for, it runs nothing and shows nothing within a page.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",  # the right to see it is asked for each time
}


class Uploads:
    """Takes files in and hands them out.

    Args:
        service: The running desk.
        door: Who may come in.
        singles: Knows who sends single requests.
    """

    def __init__(self, service: Service, door: Door, singles: Singles) -> None:
        self._service = service
        self._door = door
        self._singles = singles

    async def receive(self, request: web.Request) -> web.Response:
        """Take in a file that ``conversation.attach`` has announced; its type is found out here."""
        arrival = self._door.admit(request)
        if request.content_type != "application/octet-stream" or (
            "Content-Encoding" in request.headers
        ):
            raise turned_away(web.HTTPUnsupportedMediaType(), "unsupported_media_type")
        chat, file = request.match_info["chat"], request.match_info["file"]
        try:
            session = await self._singles.session(arrival, bearer(arrival))
            async with aclosing(_chunks(request)) as chunks:
                told = await session.upload(chat, file, chunks)
        except LivechatError as error:
            return _refused(error)
        return answered({"jsonrpc": "2.0", "id": None, "result": told})

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file to who may see its chat."""
        arrival = self._door.admit(request)
        chat, file = request.match_info["chat"], request.match_info["file"]
        try:
            session = await self._singles.session(arrival, bearer(arrival))
            found = await session.download(chat, file)
            async with found.chunks as chunks:
                response = web.StreamResponse(headers=HARMLESS)
                response.content_type = found.type.name
                response.charset = "utf-8" if found.type.name == "text/plain" else None
                response.content_length = found.size
                kind = "inline" if found.type.inline else "attachment"
                name = quote(found.name, safe="")
                response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{name}"
                await response.prepare(request)
                async for chunk in chunks:
                    async with asyncio.timeout(STALL):
                        await response.write(chunk)
                await response.write_eof()
                return response
        except LivechatError as error:
            return _refused(error)


async def _chunks(request: web.Request) -> AsyncGenerator[bytes, None]:
    """Yield the body as it comes; who stops sending is not waited for.

    Raises:
        Rejected: ``upload_broken``: it ends early, or nothing comes.
    """
    try:
        while True:
            async with asyncio.timeout(STALL):
                chunk = await request.content.read(PIECE)
            if not chunk:
                return
            yield chunk
    except (TimeoutError, ConnectionError, web.HTTPException) as error:
        raise Rejected("upload_broken") from error


def _refused(error: LivechatError) -> web.Response:
    response = refused(error)
    response.set_status(STATUS.get(error.code, response.status))
    return response
