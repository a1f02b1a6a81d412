"""Handing mail to an SMTP host, with an exact account of how far it came (B87).

SMTP cannot tell a repeat from a new mail. So what matters is the moment at which the final dot
leaves: before it the host must not deliver, after it only its answer tells. The dot goes by itself.
"""

import socket
import ssl
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from smtplib import SMTP, SMTPException, SMTPNotSupportedError, SMTPResponseException
from threading import Timer

import attrs
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from livechat_core.errors import DeliveryError
from livechat_core.ports import Clock, Mail, Repeat

from .message import checked, compose, message_id, wire

TIMEOUT = 10
"""Seconds that one step may take: connecting, each answer."""
TOTAL = 15
"""Seconds that handing over may take altogether, below a job's lease; then the line is cut."""
AT_ONCE = 4

_at_once: RunVar[CapacityLimiter] = RunVar("livechat_core.notifiers.email")


def _port(_: object, field: "attrs.Attribute[int]", value: int) -> None:
    if not 0 < value < 65536:
        raise ValueError(f"`{field.name}` must lie between 1 and 65535")


@attrs.frozen(kw_only=True)
class SmtpSettings:
    """The table ``[smtp]``.

    Args:
        host: Name or address of the mail host.
        port: Its port.
        user: Name to log in with; empty for no login.
        password: The password for it.
        starttls: Encrypt, and refuse a host that cannot or whose certificate is wrong.
    """

    host: str = attrs.field(validator=attrs.validators.min_len(1))
    port: int = attrs.field(default=587, validator=_port)
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    starttls: bool = True

    def __attrs_post_init__(self) -> None:
        """Refuse half a login, and a password that everybody on the way could read."""
        if bool(self.user) != bool(self.password):
            raise ValueError("`user` and `password` belong together")
        if self.password and not self.starttls and not _is_loopback(self.host):
            raise ValueError("`starttls` must be on where a `password` is sent")


class SmtpMailer:
    """Mail by SMTP.

    Args:
        settings: The mail host.
        clock: Dates the mails.
        total: Seconds that handing over may take altogether.
    """

    name = "smtp"
    repeat = Repeat.ASK

    def __init__(self, settings: SmtpSettings, clock: Clock, total: float = TOTAL) -> None:
        self._settings = settings
        self._clock = clock
        self._total = total

    async def send(self, mail: Mail) -> str:
        """Hand the mail over and return its Message-ID."""
        mail = checked(mail)
        data = wire(compose(mail, self._clock.now()))
        handover = _Handover(self._settings, mail, data)
        # Never abandoned: only the thread knows whether the dot has left.
        await to_thread.run_sync(partial(handover.run, self._total), limiter=_limiter())
        return message_id(mail.key, mail.sender)


class _Line(SMTP):
    """A line that is not connected yet, so that a watch can cut it from the first byte."""

    def __init__(self, host: str, hello: str) -> None:
        # Without `hello`, the sender's domain, smtplib asks the network for the machine's name.
        super().__init__(timeout=TIMEOUT, local_hostname=hello)
        self._host = host  # what starttls compares the certificate with


class _Handover:
    """One mail on its way; runs in a worker thread."""

    def __init__(self, settings: SmtpSettings, mail: Mail, data: bytes) -> None:
        self._settings = settings
        self._mail = mail
        self._data = data
        self._is_late = False
        self._dot_left = False
        self._smtp = _Line(settings.host, mail.sender.rpartition("@")[2])

    def run(self, total: float) -> None:
        """Hand the mail over.

        Raises:
            DeliveryError: It was refused, or the line broke.
        """
        watch = Timer(total, self._cut)
        watch.daemon = True
        watch.start()
        try:
            self._greet()
            self._submit()
        except SMTPResponseException as error:
            raise self._refusal(error) from error
        except SMTPNotSupportedError as error:
            raise DeliveryError("smtp_not_supported", permanent=True) from error
        except (OSError, SMTPException) as error:
            code = "smtp_late" if self._is_late else "smtp_broken"
            raise DeliveryError(code, unknown=self._dot_left) from error
        finally:
            watch.cancel()
            self._smtp.close()

    def _greet(self) -> None:
        settings, smtp = self._settings, self._smtp
        self._expect(220, smtp.connect(settings.host, settings.port))
        if self._is_late:  # there was no line yet that could be cut
            raise TimeoutError
        smtp.ehlo_or_helo_if_needed()
        if settings.starttls:
            self._expect(220, smtp.starttls(context=ssl.create_default_context()))
            smtp.ehlo_or_helo_if_needed()
        if settings.user:
            smtp.login(settings.user, settings.password)

    def _submit(self) -> None:
        smtp = self._smtp
        self._expect(250, smtp.mail(self._mail.sender))
        self._expect(250, smtp.rcpt(self._mail.to))
        self._expect(354, smtp.docmd("DATA"))
        smtp.send(self._data)
        self._dot_left = True
        smtp.send(b".\r\n")
        self._expect(250, smtp.getreply())
        with suppress(OSError, SMTPException):
            smtp.quit()

    def _expect(self, wanted: int, answer: tuple[int, bytes]) -> None:
        code, words = answer
        if code // 10 != wanted // 10:
            raise SMTPResponseException(code, words)

    def _refusal(self, error: SMTPResponseException) -> DeliveryError:
        """Return what the host's answer says; smtplib's own words for "no answer" are no bytes."""
        kind = error.smtp_code // 100 if isinstance(error.smtp_error, bytes) else 0
        if kind in (4, 5):
            return DeliveryError(f"smtp_{error.smtp_code}", permanent=kind == 5)
        return DeliveryError("smtp_unreadable", unknown=self._dot_left)

    def _cut(self) -> None:
        """End a conversation that takes too long; the thread then meets a broken line."""
        self._is_late = True
        line = self._smtp.sock
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _limiter() -> CapacityLimiter:
    """Return the limiter of the event loop that asks; it cannot be shared between loops."""
    try:
        return _at_once.get()
    except LookupError:
        limiter = CapacityLimiter(AT_ONCE)
        _at_once.set(limiter)
        return limiter
