"""Each kind of mail to a visitor, as it comes out of a real mail server (S4-15, A45 to A48)."""

import email
import email.policy
import json
import re
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path

import attrs
import pytest

from livechat_core.demo.mail_server import MailServer
from livechat_core.hookspecs import hookimpl
from livechat_core.notifiers.email import SmtpMailer, SmtpSettings
from livechat_core.ports import Mailer
from livechat_core.testing.desk import RULES, Adapters, Scene, SceneClock
from tests.desk.acts import accept, start
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

EMAIL = "maria@customer.example"


class Post(Adapters):
    """Outside systems whose mail goes to a real server."""

    def __init__(self, server: MailServer, clock: SceneClock) -> None:
        super().__init__()
        settings = SmtpSettings(host="127.0.0.1", port=server.port, starttls=False)
        self.smtp = SmtpMailer(settings, clock)

    @hookimpl
    def livechat_mailer(self) -> Mailer:
        return self.smtp


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def scene(make_store: MakeStore, server: MailServer) -> AsyncIterator[Scene]:
    clock = SceneClock()
    site = attrs.evolve(
        RULES.sites["performances"],
        name="Performances\r\nBcc: all@customer.example",
        origins=("https://shop.example",),
        language="pl",
        sender="shop@performances.example",
    )
    rules = attrs.evolve(RULES, sites={**RULES.sites, "performances": site})
    outside = Post(server, clock)
    async with Scene(make_store(clock), rules=rules, adapters=outside, clock=clock) as scene:
        yield scene


def received(server: MailServer) -> list[tuple[list[str], EmailMessage]]:
    """Return recipients and message of each mail that has come, oldest first."""
    found = []
    for path in sorted(server.store.folder.glob("*.eml")):
        envelope = json.loads(path.with_suffix(".json").read_text())
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found.append((envelope["to"], message))
    return found


async def test_both_kinds_arrive_as_plain_text_from_the_sites_own_address_S4_13_S4_15(
    scene: Scene, server: MailServer
) -> None:
    """S4-20; RFC 3834: marked as made by a program, and nothing that was said is in a header."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    question = "<b>Rote</b>?\n.\nBcc: victim@other.example"
    stream = await start(maria, email=EMAIL, question=question, name="Maria", marks=True)
    await accept(scene, ana)
    await ana.do("conversation.post", stream=stream, text="Tak, żółte też.")
    await maria.do("conversation.email_transcript", stream=stream, email=EMAIL)
    await scene.wait(61)

    (to, history), (again, unread) = received(server)
    assert to == again == [EMAIL]
    number = (await scene.desk.states.get(stream)).number
    name = "Performances Bcc: all@customer.example"
    assert history["Subject"] == f"Twoja rozmowa {number} z {name}"
    assert unread["Subject"] == f"Nowe odpowiedzi w Twojej rozmowie {number} z {name}"
    for mail in (history, unread):
        assert mail["From"] == "shop@performances.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Bcc"] is None
        assert mail.get_content_type() == "text/plain"
        text = mail.get_content().replace("\r\n", "\n")
        assert "<b>Rote</b>?\n.\nBcc: victim@other[.]example" in text
        assert "Tak, żółte też." in text
        assert re.search(r"^https://shop\.example/shoes#livechat=[\w-]{43}$", text, re.MULTILINE)
