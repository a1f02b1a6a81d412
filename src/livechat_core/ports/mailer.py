"""The port to the mail host."""

from typing import Protocol

import attrs

from .repeat import Repeat


@attrs.frozen(kw_only=True)
class Mail:
    """One e-mail to one person.

    Args:
        key: The Message-ID is made from it, so that a rare double is recognised.
        to: One plain address (A46).
        sender: One plain address.
        subject: One line (A45).
        text: The body.
        automatic: Marks machine-made mail (RFC 3834); false for a person's reply.
        reply_to: One plain address or empty.
    """

    key: str
    to: str
    sender: str
    subject: str
    text: str
    automatic: bool = True
    reply_to: str = ""


class Mailer(Protocol):
    """Hands mail over to a mail host; SMTP cannot tell repeats apart, so it is ASK there."""

    name: str
    repeat: Repeat

    async def send(self, mail: Mail) -> str:
        """Hand the mail over and return its Message-ID.

        Raises:
            DeliveryError: Refused (permanent or not), or unknown after the text was sent.
        """
        ...
