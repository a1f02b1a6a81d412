"""What can be wanted of a contact.

Staff send the first group. The second comes from `policy` and other parts of the desk alone.
"""

import attrs

from .. import text
from ..streams import Command
from .values import Claim, Content, Fact


@attrs.frozen(kw_only=True)
class Create(Command):
    """Make a contact for somebody whom no other one fits (S2-9)."""

    name: text.Line
    email: text.OptionalEmail = ""
    phone: text.Phone = ""


@attrs.frozen(kw_only=True)
class Verify(Command):
    """State a fact about the person; an empty value takes it back."""

    field: text.Word
    value: text.Line


@attrs.frozen(kw_only=True)
class LinkCustomer(Command):
    """Say which customer of the ERM the person is; ``former`` is what one saw before."""

    ref: text.Line
    former: text.Line = ""


@attrs.frozen(kw_only=True)
class Merge(Command):
    """Say that the person is the same as another contact, which survives (F58)."""

    into: text.Word


@attrs.frozen(kw_only=True)
class WriteNote(Command):
    """Write a note about the person (S3-21)."""

    text: text.Body


@attrs.frozen(kw_only=True)
class EditNote(Command):
    """Let a note read differently; ``revision`` is the version one has seen (S3-22)."""

    note: int
    revision: int
    text: text.Body


@attrs.frozen(kw_only=True)
class Tag(Command):
    """Give the person a tag (S3-26)."""

    tag: text.Tag


@attrs.frozen(kw_only=True)
class Untag(Command):
    """Take a tag from the person."""

    tag: text.Tag


@attrs.frozen(kw_only=True)
class ChangeRecord(Command):
    """Change a field of one of the customer's records in the ERM (S2-13).

    Args:
        record: The record, ``asset/7``.
        field: The field's name.
        former: The value one has seen; if it is another one by then, nothing is changed.
        value: The new value.
    """

    record: text.Word
    field: text.Word
    former: text.Note
    value: text.Note


# --- not on the wire -----------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Note(Command):
    """Keep what is said about the person, and what the host vouches for.

    Args:
        claims: What was said.
        address: Keyed hash of the mail address that names this contact, if one does.
        keys: Labels to find the person by.
        facts: What the host vouches for.
        conversation: The conversation, if the host vouches that it is with this person.
    """

    claims: tuple[Claim, ...]
    address: str = ""
    keys: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    conversation: str = ""


@attrs.frozen(kw_only=True)
class Link(Command):
    """The person is this customer of the ERM; a link that staff made is left alone.

    Args:
        ref: The customer.
        source: Where that was found out.
        facts: What the ERM knows of him.
    """

    ref: str
    source: str
    facts: tuple[Fact, ...] = ()


@attrs.frozen(kw_only=True)
class Attach(Command):
    """An agent verified that a conversation is with this person; what was said in it are claims."""

    conversation: str
    agent: str
    claims: tuple[Claim, ...] = ()


@attrs.frozen(kw_only=True)
class Open(Command):
    """An agent looks at the profile, because of a conversation or by himself."""

    agent: str
    conversation: str = ""


@attrs.frozen(kw_only=True)
class GiveWay(Command):
    """An address was verified for another contact: its name leads there, unless it is in use."""

    into: str


@attrs.frozen(kw_only=True)
class Absorb(Command):
    """Take over what another contact holds, which is merged into this one."""

    contact: str
    content: Content


@attrs.frozen(kw_only=True)
class Report(Command):
    """What became of a change in the ERM; ``failed`` says why it was not made."""

    revision: int
    failed: str = ""


@attrs.frozen(kw_only=True)
class Erase(Command):
    """Forget the person."""
