"""The files of the visitor's window and the console."""

import re
from pathlib import Path

from aiohttp import web

WEB = Path(__file__).parents[2] / "web"
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+")


async def handle(request: web.Request) -> web.FileResponse:
    """Serve a file; browsers ask each time, and get it only when it has changed."""
    return file(WEB, request.match_info["name"])


def file(folder: Path, name: str) -> web.FileResponse:
    """Return one of the files that lie in a folder.

    Raises:
        web.HTTPNotFound: There is none of this name, or it is of no kind that a browser may have.
    """
    path = folder / name
    kind = TYPES.get(path.suffix)
    if kind is None or not _NAME.fullmatch(name) or not path.is_file():
        raise web.HTTPNotFound
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"}
    return web.FileResponse(path, headers=headers)
