"""Notices to staff by e-mail."""

import attrs

from livechat_core.errors import Invalid
from livechat_core.ports import Mail, Mailer, Notice, Repeat
from livechat_core.text import clean_email

_PREFIXES = {"reminder": "Reminder: ", "escalation": "Nobody has claimed this: "}


def _are_addresses(
    _: object, field: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]
) -> None:
    if not value:
        raise ValueError(f"`{field.name}` must name at least one address")
    for address in value:
        try:
            clean_email(address)
        except Invalid as error:
            raise ValueError(f"`{field.name}` has a bad address: {address!r}") from error


@attrs.frozen(kw_only=True)
class EmailNotifierSettings:
    """The table ``[email_notifier]``.

    Args:
        to: Addresses of staff; each gets a mail of its own.
    """

    to: tuple[str, ...] = attrs.field(validator=_are_addresses)


class EmailNotifier:
    """Notices as e-mails whose body is the announcement, unchanged (S0-17).

    A repeat is safe: it has the Message-ID of the first, so mail programs show both as one (B87).

    Args:
        settings: Who gets them.
        mailer: Hands them over.
        sender: From address.
    """

    name = "email"
    repeat = Repeat.SAFE

    def __init__(self, settings: EmailNotifierSettings, mailer: Mailer, sender: str) -> None:
        self._to = settings.to
        self._mailer = mailer
        self._sender = sender

    async def send(self, notice: Notice) -> dict[str, str]:
        """Send the notice to those whom it is for, and return the Message-IDs."""
        to = notice.to or self._to
        sent = [await self._mailer.send(self._mail(notice, address)) for address in to]
        return {"message_ids": " ".join(sent)}

    async def update(self, notice: Notice) -> dict[str, str]:
        """Return the place: a mail cannot be changed, and nobody wants a second one."""
        return notice.place

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """Return nothing: a mailbox cannot be asked."""
        return None

    def _mail(self, notice: Notice, address: str) -> Mail:
        return Mail(
            key=f"{notice.key} {address}",
            to=address,
            sender=self._sender,
            subject=_subject(notice),
            text=notice.text,
            automatic=True,
        )


def _subject(notice: Notice) -> str:
    """Return the kind and the reference; nothing that a visitor wrote (A45, A48)."""
    kind = notice.facts.get("kind") or notice.kind.replace("_", " ").capitalize()
    reference = notice.facts.get("reference", "")
    return _PREFIXES.get(notice.kind, "") + (f"{kind} {reference}" if reference else kind)
