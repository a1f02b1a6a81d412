"""From a `Mail` to the bytes that go over the wire (A45 to A48)."""

import re
from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

import attrs

from livechat_core.errors import DeliveryError, Invalid
from livechat_core.ports import Mail
from livechat_core.rules import SECOND
from livechat_core.text import clean_email, clean_optional_email

_POLICY = SMTP.clone(cte_type="7bit")  # every host takes it: no line too long, no octet above 127
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of the mail with this key: the same for every try, telling nothing."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def checked(mail: Mail) -> Mail:
    """Return the mail with its addresses in the form that goes over the wire.

    Raises:
        DeliveryError: One is not a plain address, or the subject is not one line; repeating cannot
            help.
    """
    if _CONTROLS.search(mail.subject):
        raise DeliveryError("mail_bad_subject", permanent=True)
    try:
        return attrs.evolve(
            mail,
            to=clean_email(mail.to),
            sender=clean_email(mail.sender),
            reply_to=clean_optional_email(mail.reply_to),
        )
    except Invalid as error:
        raise DeliveryError("mail_bad_address", permanent=True) from error


def compose(mail: Mail, now: int) -> bytes:
    """Return the mail as a message (RFC 5322).

    The headers are written here: all of them are checked, and the standard library's way of folding
    them adds blanks to a long subject.
    """
    headers = {
        "Message-ID": message_id(mail.key, mail.sender),
        "Date": format_datetime(datetime.fromtimestamp(now // SECOND, UTC)),
        "From": mail.sender,
        "To": mail.to,
        "Subject": _one_line(mail.subject),
    }
    if mail.reply_to:
        headers["Reply-To"] = mail.reply_to
    if mail.automatic:
        headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: no program shall answer it
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    body = EmailMessage(policy=_POLICY)
    body.set_content(mail.text)
    return head.encode("ascii") + body.as_bytes()


def wire(message: bytes) -> bytes:
    """Return the octets before the final dot: CRLF everywhere, leading dots doubled (A47)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    return re.sub(rb"(?m)^\.", b"..", lines)


def _one_line(text: str) -> str:
    """Return text as a header has it: plain if it is short ASCII, else encoded words (RFC 2047)."""
    if text.isascii() and len(text) <= 68 and text == text.strip() and "=?" not in text:
        return text
    words, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or len(text[start : end + 1].encode()) > 39:
            words.append(f"=?utf-8?b?{b64encode(text[start:end].encode()).decode()}?=")
            start = end
    return "\r\n ".join(words)
