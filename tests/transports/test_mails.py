"""From a chat over WebSocket through a real mail server, and back by the link over HTTP (S4-18)."""

import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from livechat_core.demo.mail_server import MailServer
from tests.transports.served import PAGE, SHOP, eventually, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


def texts(server: MailServer) -> list[str]:
    """Return the texts of the mails that have come, oldest first."""
    found = []
    for path in sorted(server.store.folder.glob("*.eml")):
        message: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found.append(message.get_content().replace("\r\n", "\n"))
    return found


async def test_an_answer_that_nobody_sees_brings_the_visitor_back_S4_16_S4_18(
    tmp_path: Path, server: MailServer
) -> None:
    """A24: on another connection, once, and with a token of his own."""
    changes: dict[str, dict[str, Any]] = {
        "smtp": {"host": "127.0.0.1", "port": server.port, "starttls": False},
        "rules": {"unread_after": 0.2},
    }
    async with serving(tmp_path, changes) as desk, desk.staff() as agent:
        async with desk.visitor() as visitor:
            known = visitor.told["token"]
            begun = await visitor.do(
                "conversation.start",
                site="shop",
                question="Do you have sticks?",
                email="maria@customer.example",
                marks=True,
            )
            stream = begun["stream"]
            offers = await agent.hear(lambda frame: frame["params"].get("list") == "offers")
            (offer,) = offers["changed"]
            await agent.do("conversation.accept", stream=stream, offer=offer["offer"])
            await agent.do("conversation.post", stream=stream, text="Yes, 5A and 7A.")
            await eventually(lambda: texts(server))
        (mail,) = texts(server)
        assert "Ana: Yes, 5A and 7A." in mail
        found = re.search(rf"^{SHOP}/drums#livechat=(\S+)$", mail, re.MULTILINE)
        assert found

        params = {"as": "visitor", "page": PAGE, "return": found[1]}
        status, answer = await desk.rpc("session.open", params)
        told = answer["result"]
        assert (status, told["returned"], told["conversation"]["stream"]) == (200, True, stream)
        assert told["token"] != known
        said = {"stream": stream, "text": "Thanks!", "id": "came-back-1"}
        assert (await desk.rpc("conversation.post", said, token=told["token"]))[0] == 200
        _, again = await desk.rpc("session.open", params)
        assert again["result"]["returned"] is False
