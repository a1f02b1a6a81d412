"""A shop with live chat in one file: `python shop.py`, then open http://127.0.0.1:8080/."""

from pathlib import Path

from aiohttp import web

from livechat_core import Desk, Plugins, hookimpl, ports, settings
from livechat_core.transports.aiohttp import mount

PAGE = """<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
<script type="module" src="/chat/static/widget.js" data-site="shop" data-prefix="/chat"></script>"""

STAFF_PAGE = """<!doctype html><html lang="en"><title>Console</title>
<link rel="stylesheet" href="/chat/static/page.css">
<live-chat-console prefix="/chat"></live-chat-console>
<script type="module" src="/chat/static/console.js"></script>"""


class ShopLogin:
    """Tells the desk who is calling; a real shop looks at its own session here."""

    @hookimpl
    def livechat_identity(self) -> ports.Identity:
        return self

    async def agent(self, request: ports.Request) -> str | None:
        return request.cookies.get("shop_staff")

    async def visitor(self, request: ports.Request) -> ports.Person | None:
        return None


async def page(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def staff(_: web.Request) -> web.Response:
    answer = web.Response(text=STAFF_PAGE, content_type="text/html")
    answer.set_cookie("shop_staff", "ana", httponly=True, samesite="Lax")  # a real shop asks first
    return answer


def shop(folder: Path) -> web.Application:
    """Return the shop; its desk keeps everything in one SQLite file in the folder."""
    chosen = settings.from_tables(
        {
            "desk": {"store": "sqlite:///chat.db", "data": str(folder)},
            "sites": {"shop": {"name": "Shop"}},
            "staff": {"ana": {"name": "Ana"}},
            "notifiers": [{"notifier": "team"}],
        }
    )
    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/staff/", staff)
    mount(app, "/chat/", Desk(chosen, Plugins([ShopLogin()])))
    return app


if __name__ == "__main__":
    web.run_app(shop(Path(__file__).parent), host="127.0.0.1", port=8080)
