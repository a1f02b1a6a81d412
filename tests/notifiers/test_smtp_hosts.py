"""The SMTP mailer with hosts that are rude, that want a login, or that encrypt."""

import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from livechat_core.errors import DeliveryError
from livechat_core.notifiers.email import SmtpMailer, SmtpSettings
from livechat_core.testing import FakeClock
from livechat_core.testing.mailer_contract import MAIL

pytestmark = pytest.mark.anyio


def mailer_for(port: int, total: float = 15) -> SmtpMailer:
    settings = SmtpSettings(host="127.0.0.1", port=port, starttls=False)
    return SmtpMailer(settings, FakeClock(), total)


@contextmanager
def rude_host(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection with a function, from a thread; gives the port."""

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            try:
                talk(line)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def replies(*answers: bytes) -> Callable[[socket.socket], None]:
    """Greet, then answer line after line."""

    def talk(line: socket.socket) -> None:
        line.sendall(b"220 rude\r\n")
        with line.makefile("rb") as commands:
            for answer in answers:
                commands.readline()
                line.sendall(answer)
            for rest in commands:
                if rest == b".\r\n":
                    return

    return talk


def drip(line: socket.socket) -> None:
    while True:
        line.sendall(b"2")
        time.sleep(0.05)


def endless_greeting(line: socket.socket) -> None:
    while True:
        line.sendall(b"220-hello\r\n")
        time.sleep(0.001)


def late_text(line: socket.socket) -> None:
    replies(b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")(line)
    line.recv(1)


@pytest.mark.parametrize(
    ("talk", "code", "unknown"),
    [
        (lambda line: line.sendall(b"2" * 1_000_000), "smtp_unreadable", False),
        (lambda line: line.sendall(b"hello?\r\n"), "smtp_unreadable", False),
        (socket.socket.close, "smtp_broken", False),
        (lambda line: line.sendall(b"554 no\r\n"), "smtp_554", False),
        (lambda line: line.sendall(b"421 busy\r\n"), "smtp_421", False),
        (
            replies(b"250 hi\r\n", b"250 ok\r\n", b"251 ok\r\n", b"250 eh\r\n"),
            "smtp_unreadable",
            False,
        ),
        (replies(b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"), "smtp_broken", True),
        (drip, "smtp_late", False),
        (endless_greeting, "smtp_late", False),
        (late_text, "smtp_late", True),
    ],
    ids=[
        *("a megabyte", "no code", "nothing", "unwelcome", "busy", "no 354", "gone after the dot"),
        *("drip", "endless greeting", "silent after the dot"),
    ],
)
async def test_a_rude_host_is_left_in_time(
    talk: Callable[[socket.socket], None], code: str, *, unknown: bool
) -> None:
    """B87, A55: bounded in time; what is reported is what is known."""
    with rude_host(talk) as port:
        start = time.monotonic()
        with pytest.raises(DeliveryError) as caught:
            await mailer_for(port, total=0.5).send(MAIL)
        assert time.monotonic() - start < 5
    assert (caught.value.code, caught.value.unknown) == (code, unknown)


async def test_a_break_within_the_text_is_known_not_to_be_done() -> None:
    """B87: the dot that ends the text has not left, so the host must not deliver."""

    def talk(line: socket.socket) -> None:
        line.sendall(b"220 rude\r\n")
        for answer in (b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            line.recv(1000)
            line.sendall(answer)
        line.recv(1000)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    long = attrs.evolve(MAIL, text="All work and no play.\n" * 500_000)
    with rude_host(talk) as port, pytest.raises(DeliveryError) as caught:
        await mailer_for(port).send(long)
    assert (caught.value.code, caught.value.unknown) == ("smtp_broken", False)


async def test_an_odd_answer_after_the_text_is_unknown() -> None:
    def talk(line: socket.socket) -> None:
        replies(b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")(line)
        line.sendall(b"299 hm\r\n")

    with rude_host(talk) as port, pytest.raises(DeliveryError) as caught:
        await mailer_for(port).send(MAIL)
    assert (caught.value.code, caught.value.unknown) == ("smtp_unreadable", True)


async def test_nobody_listening_is_known_not_to_be_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryError) as caught:
        await mailer_for(port).send(MAIL)
    assert (caught.value.code, caught.value.unknown) == ("smtp_broken", False)


class Sink:
    """Takes every mail."""

    async def handle_DATA(self, *_: object) -> str:
        return "250 OK"


@contextmanager
def login_host() -> Iterator[int]:
    def check(
        _server: object, _session: object, _envelope: object, _how: str, told: object
    ) -> AuthResult:
        right = (getattr(told, "login", b""), getattr(told, "password", b"")) == (
            b"desk",
            b"canary",
        )
        return AuthResult(success=right, handled=right)

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield port
    controller.stop()


def with_login(port: int, password: str) -> SmtpMailer:
    settings = SmtpSettings(
        host="127.0.0.1", port=port, user="desk", password=password, starttls=False
    )
    return SmtpMailer(settings, FakeClock())


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # only loopback here
async def test_it_logs_in_and_a_wrong_password_is_permanent_and_secret() -> None:
    """A76."""
    with login_host() as port:
        assert await with_login(port, "canary").send(MAIL)
        with pytest.raises(DeliveryError) as caught:
            await with_login(port, "canary2").send(MAIL)
    assert (caught.value.code, caught.value.permanent) == ("smtp_535", True)
    assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for "localhost", with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    path = tmp_path / "host.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", path),
        ],
        check=True,
        capture_output=True,
    )
    return path


@contextmanager
def encrypting_host(certificate: Path) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(
        Sink(), hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True
    )
    controller.start()
    yield port
    controller.stop()


async def test_it_encrypts_and_checks_whom_it_talks_to(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with encrypting_host(certificate) as port:
        by_name = SmtpMailer(SmtpSettings(host="localhost", port=port), FakeClock())
        by_number = SmtpMailer(SmtpSettings(host="127.0.0.1", port=port), FakeClock())
        with pytest.raises(DeliveryError) as caught:  # nobody vouches for this certificate
            await by_name.send(MAIL)
        assert (caught.value.code, caught.value.unknown) == ("smtp_broken", False)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await by_name.send(MAIL)
        with pytest.raises(DeliveryError) as caught:  # it is for another name
            await by_number.send(MAIL)
        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
