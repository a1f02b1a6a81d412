"""Notices to staff by e-mail, over real SMTP."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import attrs
import pytest

from livechat_core.demo.mail_server import MailServer
from livechat_core.errors import ConfigurationError, DeliveryError
from livechat_core.notifiers.email import livechat_notifiers
from livechat_core.ports import Notice, Notifier
from livechat_core.rules import Rules
from livechat_core.settings import Settings
from livechat_core.testing import NOTICE, Channel, FakeClock, NotifierContract

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


def notifier_for(server: MailServer, *to: str) -> Notifier:
    settings = Settings(
        rules=Rules(sender="desk@desk.example"),
        sections={
            "smtp": {"host": "127.0.0.1", "port": server.port, "starttls": False},
            "email_notifier": {"to": list(to)},
        },
    )
    (notifier,) = livechat_notifiers(settings, FakeClock())
    return notifier


def mails(server: MailServer) -> list[EmailMessage]:
    found = []
    for path in sorted(server.store.folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def body(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n").removesuffix("\n")


class TestEmailNotifier(NotifierContract):
    shows_state = False  # what has been mailed cannot be changed

    @pytest.fixture
    def channel(self, server: MailServer) -> Channel:
        return Channel(
            notifier_for(server, "ana@desk.example"),
            shown=lambda: [body(mail) for mail in mails(server)],
            lose_answer=lambda: server.fault("drop_after_data"),
            break_line=lambda: server.fault("before", stage="mail"),
        )


async def test_each_colleague_gets_a_mail_of_his_own(server: MailServer) -> None:
    """S0-17: with the announcement and nothing else in it."""
    notifier = notifier_for(server, "ana@desk.example", "ben@desk.example")
    place = await notifier.send(NOTICE)
    found = mails(server)
    assert [mail["To"] for mail in found] == ["ana@desk.example", "ben@desk.example"]
    assert {mail["From"] for mail in found} == {"desk@desk.example"}
    assert [body(mail) for mail in found] == [NOTICE.text] * 2
    assert place == {"message_ids": " ".join(mail["Message-ID"] for mail in found)}
    assert len({mail["Message-ID"] for mail in found}) == 2


async def test_a_repeat_has_the_same_message_ids(server: MailServer) -> None:
    """B87: mail programs show a rare double once."""
    notifier = notifier_for(server, "ana@desk.example", "ben@desk.example")
    server.fault("451", count=0)
    first = await notifier.send(NOTICE)
    assert await notifier.send(NOTICE) == first
    assert len({mail["Message-ID"] for mail in mails(server)}) == 2


async def test_programs_are_told_not_to_answer(server: MailServer) -> None:
    """RFC 3834."""
    await notifier_for(server, "ana@desk.example").send(NOTICE)
    (mail,) = mails(server)
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("notice", "subject"),
    [
        (NOTICE, "A new customer has left a message on live chat. Ref 48211-k7qd2m"),
        (
            attrs.evolve(NOTICE, kind="reminder"),
            "Reminder: A new customer has left a message on live chat. Ref 48211-k7qd2m",
        ),
        (Notice(key="k", kind="new_visitor", text="T"), "New visitor"),
    ],
)
async def test_the_subject_says_the_kind_and_nothing_a_visitor_wrote(
    server: MailServer, notice: Notice, subject: str
) -> None:
    """A45, A48."""
    await notifier_for(server, "ana@desk.example").send(notice)
    (mail,) = mails(server)
    assert mail["Subject"] == subject


async def test_a_refusal_is_told(server: MailServer) -> None:
    """B87."""
    server.fault("550", stage="rcpt")
    with pytest.raises(DeliveryError) as caught:
        await notifier_for(server, "ana@desk.example").send(NOTICE)
    assert caught.value.permanent


class TestSettings:
    def test_without_a_table_there_is_none(self) -> None:
        assert livechat_notifiers(Settings(), FakeClock()) == []

    def test_it_needs_a_mail_host(self) -> None:
        settings = Settings(sections={"email_notifier": {"to": ["ana@desk.example"]}})
        with pytest.raises(ConfigurationError, match="smtp"):
            livechat_notifiers(settings, FakeClock())

    @pytest.mark.parametrize(
        "table",
        [
            {"too": ["ana@desk.example"]},
            {"to": []},
            {"to": "ana@desk.example"},
            {"to": ["Ana <ana@desk.example>"]},
            {"to": ["ana@desk.example, ben@desk.example"]},
        ],
    )
    def test_a_wrong_key_is_named(self, table: dict[str, object]) -> None:
        settings = Settings(sections={"smtp": {"host": "h"}, "email_notifier": table})
        (key,) = table
        with pytest.raises(ConfigurationError, match=key):
            livechat_notifiers(settings, FakeClock())
