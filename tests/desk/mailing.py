"""Chats in which somebody is mailed, and the way back from a mail."""

import re
from typing import Any

import attrs

from livechat_core.ports import Mail
from livechat_core.rules import Rules
from livechat_core.testing.desk import RULES, Client, Scene
from tests.desk.acts import accept, start

EMAIL = "maria@customer.example"
SITE = {"origins": ("https://shop.example",), "sender": "shop@performances.example"}
HOST = {"x-name": "Maria", "x-email": EMAIL}


def mailing(desk: dict[str, Any], **told: Any) -> Rules:
    site = attrs.evolve(RULES.sites["performances"], **{**SITE, **told})
    return attrs.evolve(RULES, sites={**RULES.sites, "performances": site}, **desk)


async def chatting(
    scene: Scene,
    *lines: str,
    email: str = EMAIL,
    headers: dict[str, str] | None = None,
    marks: bool = True,
) -> tuple[Client, Client, str]:
    """Bring a chat about in which Ana has said something; return both sides and the chat."""
    maria = await scene.visitor(headers=headers)
    ana = await scene.staff("ana")
    stream = await start(maria, email=email, question="Do you have these in red?", marks=marks)
    await accept(scene, ana)
    for line in lines:
        await ana.do("conversation.post", stream=stream, text=line)
    return maria, ana, stream


def sent(scene: Scene) -> list[Mail]:
    return scene.outside.mailer.sent


def way_back(mail: Mail) -> str:
    """Return the secret of the link in a mail."""
    found = re.search(
        r"^https://shop\.example/shoes#livechat=([\w-]{43})$", mail.text, re.MULTILINE
    )
    assert found, mail.text
    return found[1]


async def back(scene: Scene, secret: str, **told: Any) -> Client:
    """Come by a link, on another device."""
    client = Client(scene, (await scene.visitor()).session._request)
    page = {"site": "performances", "url": "https://shop.example/shoes", "title": "Shoes"}
    return await client.open(**{"as": "visitor", "page": page, "return": secret, **told})
