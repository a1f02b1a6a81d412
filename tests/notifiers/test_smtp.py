"""The SMTP mailer against real SMTP servers: a mail catcher with faults, and rude ones by hand."""

import email
import email.policy
import json
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import anyio
import attrs
import pytest
from hypothesis import example, given, strategies as st

from livechat_core.demo.mail_server import MailServer
from livechat_core.errors import ConfigurationError, DeliveryError
from livechat_core.notifiers.email import SmtpMailer, SmtpSettings, livechat_mailer
from livechat_core.notifiers.email.message import compose, wire
from livechat_core.settings import Settings
from livechat_core.testing import FakeClock, MailerContract, Post, Received
from livechat_core.testing.mailer_contract import MAIL

pytestmark = pytest.mark.anyio
NOW = 1_700_000_000_000_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailer(server: MailServer) -> SmtpMailer:
    return mailer_for(server.port)


def mailer_for(port: int, total: float = 20) -> SmtpMailer:
    settings = SmtpSettings(host="127.0.0.1", port=port, starttls=False)
    return SmtpMailer(settings, FakeClock(NOW), total)


def received(server: MailServer) -> Sequence[Received]:
    """Return what lies in the catcher's folder, oldest first, as it came over the wire."""
    found = []
    for path in sorted(server.store.folder.glob("*.eml")):
        envelope = json.loads(path.with_suffix(".json").read_text())
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found.append(Received(envelope["from"], tuple(envelope["to"]), message))
    return found


FAULTS = {"temporary": "451", "permanent": "550", "lost": "drop_after_data"}


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def post(self, server: MailServer, mailer: SmtpMailer) -> Post:
        return Post(
            mailer,
            received=lambda: received(server),
            fail=lambda how: server.fault(FAULTS[how]),
        )


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(("mode", "permanent"), [("451", False), ("550", True), ("421", False)])
async def test_a_refusal_at_any_step_is_known_not_to_be_done(
    server: MailServer, mailer: SmtpMailer, stage: str, mode: str, *, permanent: bool
) -> None:
    """B87: 4xx may be tried again, 5xx not; nothing was delivered."""
    server.fault(mode, stage=stage)
    with pytest.raises(DeliveryError) as caught:
        await mailer.send(MAIL)
    assert (caught.value.code, caught.value.permanent) == (f"smtp_{mode}", permanent)
    assert not caught.value.unknown
    assert received(server) == []


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
async def test_a_break_before_the_text_is_known_not_to_be_done(
    server: MailServer, mailer: SmtpMailer, stage: str
) -> None:
    """B87."""
    server.fault("before", stage=stage)
    with pytest.raises(DeliveryError) as caught:
        await mailer.send(MAIL)
    assert (caught.value.code, caught.value.unknown) == ("smtp_broken", False)


@pytest.mark.parametrize(("mode", "kept"), [("before", 0), ("drop_after_data", 1)])
async def test_a_break_after_the_text_is_unknown_whatever_the_host_did(
    server: MailServer, mailer: SmtpMailer, mode: str, kept: int
) -> None:
    """B87, G13: from here it cannot be told."""
    server.fault(mode)
    with pytest.raises(DeliveryError) as caught:
        await mailer.send(MAIL)
    assert (caught.value.code, caught.value.unknown) == ("smtp_broken", True)
    assert len(received(server)) == kept


async def test_many_mails_at_once(server: MailServer, mailer: SmtpMailer) -> None:
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(mailer.send, attrs.evolve(MAIL, key=f"k{number}"))
    assert len({mail.message["Message-ID"] for mail in received(server)}) == 20


async def test_the_mail_is_dated_by_the_clock(server: MailServer, mailer: SmtpMailer) -> None:
    await mailer.send(MAIL)
    (mail,) = received(server)
    assert mail.message["Date"].datetime.timestamp() == NOW // 1_000_000


async def test_the_wire_carries_nothing_but_short_lines_of_ascii(
    server: MailServer, mailer: SmtpMailer
) -> None:
    """A47: no host along the way has a reason to change it."""
    texts = ("ö" * 3000 + "\n" + "x" * 3000, "short lines\nwith an ö\n" * 5)
    for text in texts:
        await mailer.send(attrs.evolve(MAIL, text=text, subject="ö" * 100))
    found = sorted(server.store.folder.glob("*.eml"))
    assert len(found) == len(texts)
    lines = b"".join(path.read_bytes() for path in found).split(b"\r\n")
    assert all(len(line) <= 78 and line.isascii() for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)


def test_the_wire_has_one_kind_of_line_end_and_no_lone_dot() -> None:
    """A47: whatever the standard library makes of a text."""
    assert wire(b"a\rb\nc\r\nd\n\r.\n..e\n.") == b"a\r\nb\r\nc\r\nd\r\n\r\n..\r\n...e\r\n.."


@example("", "=?utf-8?q?=C3=BC?=", "a@b.c.example")
@example("", " blanks around ", "a@b.c.example")
@example("", "ö" * 100, "a@b.c.example")
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=100),
    st.from_regex(r"\A[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]{1,62}\.){2}example\Z"),
)
def test_any_mail_survives_the_way(text: str, subject: str, address: str) -> None:
    """A45, A46, A47: headers and body come out as they went in, dots undone as a host does."""
    mail = attrs.evolve(MAIL, text=text, subject=subject, to=address, sender=address)
    data = wire(compose(mail, NOW))
    undone = b"".join(line.removeprefix(b".") for line in data.splitlines(keepends=True))
    assert b"\r\n.\r\n" not in b"\r\n" + data
    message = email.message_from_bytes(undone, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["To"], message["From"]) == (address, address)
    assert message["Subject"] == subject
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert message.get_content().replace("\r\n", "\n") in (lines, lines + "\n")
    assert message.keys() == ["Message-ID", "Date", "From", "To", "Subject", *MIME]
    assert all(len(line) <= 78 for line in data.splitlines() if not line.startswith(LONG))


LONG = (b"To: ", b"From: ", b"Message-ID: ")
MIME = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


async def test_a_host_that_cannot_encrypt_gets_no_mail(server: MailServer) -> None:
    """Encryption is never dropped in silence."""
    mailer = SmtpMailer(SmtpSettings(host="127.0.0.1", port=server.port), FakeClock())
    with pytest.raises(DeliveryError) as caught:
        await mailer.send(MAIL)
    assert (caught.value.code, caught.value.permanent) == ("smtp_not_supported", True)
    assert received(server) == []


class TestSettings:
    def test_without_a_table_there_is_no_mailer(self) -> None:
        assert livechat_mailer(Settings(), FakeClock()) is None

    def test_with_a_table_there_is(self) -> None:
        settings = Settings(sections={"smtp": {"host": "mail.example"}})
        mailer = livechat_mailer(settings, FakeClock())
        assert mailer is not None
        assert mailer.name == "smtp"

    @pytest.mark.parametrize(
        ("table", "key"),
        [
            ({"host": "h", "prot": 25}, "prot"),
            ({"port": 25}, "host"),
            ({"host": ""}, "host"),
            ({"host": "h", "port": "25"}, "port"),
            ({"host": "h", "port": 0}, "port"),
            ({"host": "h", "port": 65536}, "port"),
            ({"host": "h", "user": "u"}, "password"),
            ({"host": "h", "password": "p"}, "user"),
            ({"host": "h", "user": "u", "password": "p", "starttls": False}, "starttls"),
        ],
    )
    def test_a_wrong_key_is_named(self, table: dict[str, object], key: str) -> None:
        with pytest.raises(ConfigurationError, match=key):
            livechat_mailer(Settings(sections={"smtp": table}), FakeClock())

    def test_the_password_is_not_told(self) -> None:
        """A76."""
        assert "canary" not in repr(SmtpSettings(host="h", user="u", password="canary"))
