"""What can happen to a contact, and in which phase."""

from typing import ClassVar

import attrs

from ..streams import Audience, Event, Personal
from .values import Claim, Content, Fact, Phase, Source


@attrs.frozen(kw_only=True)
class StaffEvent(Event):
    """Something that staff may see, and visitors never."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Claimed(StaffEvent):
    """Something was said about the person.

    Args:
        claims: What.
        address: Keyed hash of the mail address that names this contact, if one does.
        keys: Labels to find the person by.
    """

    claims: Personal[tuple[Claim, ...]]
    address: Personal[str]
    keys: Personal[tuple[str, ...]] = ()


@attrs.frozen(kw_only=True)
class Created(StaffEvent):
    """An agent made the contact because nobody fitted (S2-9)."""

    agent: str
    name: Personal[str]


@attrs.frozen(kw_only=True)
class Verified(StaffEvent):
    """A fact about the person is known; an empty value takes it back."""

    field: str
    value: Personal[str]
    source: Source = Source.STAFF
    agent: str = ""
    keys: Personal[tuple[str, ...]] = ()


@attrs.frozen(kw_only=True)
class Linked(StaffEvent):
    """The person is a customer of the ERM."""

    ref: Personal[str]
    source: str
    agent: str = ""


@attrs.frozen(kw_only=True)
class Attached(StaffEvent):
    """A conversation is with this person."""

    conversation: str


@attrs.frozen(kw_only=True)
class Opened(Event):
    """A colleague looked at the person's profile, because of a conversation or by himself."""

    agent: str
    conversation: str


@attrs.frozen(kw_only=True)
class NoteWritten(StaffEvent):
    """A note about the person, for all who talk with him later (S3-20, S3-21)."""

    note: int
    agent: str
    name: str
    text: Personal[str]


@attrs.frozen(kw_only=True)
class NoteEdited(StaffEvent):
    """A note reads differently now; what it said before stays recorded (S3-22)."""

    note: int
    revision: int
    agent: str
    name: str
    text: Personal[str]


@attrs.frozen(kw_only=True)
class Tagged(StaffEvent):
    """The person has a tag (S3-26)."""

    tag: Personal[str]
    agent: str


@attrs.frozen(kw_only=True)
class Untagged(StaffEvent):
    """The person does not have the tag any more."""

    tag: Personal[str]
    agent: str


@attrs.frozen(kw_only=True)
class ChangeBegan(StaffEvent):
    """A record of the customer is to be changed in the ERM, if it still reads as it was seen."""

    revision: int
    record: str
    field: str
    former: Personal[str]
    value: Personal[str]
    agent: str


@attrs.frozen(kw_only=True)
class ChangeEnded(StaffEvent):
    """The change was made; or it was not, and why (``changed``: somebody else was faster)."""

    revision: int
    failed: str = ""


@attrs.frozen(kw_only=True)
class Merged(StaffEvent):
    """The person is the same as another contact, which answers for him from now on."""

    into: str
    agent: str = ""


@attrs.frozen(kw_only=True)
class Absorbed(StaffEvent):
    """Another contact turned out to be this person; what it held is kept here."""

    contact: str
    content: Personal[Content]


@attrs.frozen(kw_only=True)
class Passed(Event):
    """Something was said about a merged contact; it goes to the one that answers for it."""

    claims: Personal[tuple[Claim, ...]] = ()
    facts: Personal[tuple[Fact, ...]] = ()
    keys: Personal[tuple[str, ...]] = ()
    conversation: str = ""
    ref: str = ""
    source: str = ""


@attrs.frozen(kw_only=True)
class Erased(Event):
    """The person was forgotten."""


_LIFE = (Claimed, Verified, Linked, Attached, Opened, NoteWritten, NoteEdited, Tagged, Untagged,
         ChangeBegan, ChangeEnded, Absorbed)  # fmt: skip
"""What happens to a person whom the desk knows."""

NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Claimed: Phase.KNOWN, Created: Phase.KNOWN, Merged: Phase.MERGED},
    Phase.KNOWN: {
        **dict.fromkeys(_LIFE, Phase.KNOWN),
        Merged: Phase.MERGED,
        Erased: Phase.ERASED,
    },
    Phase.MERGED: {Passed: Phase.MERGED, Erased: Phase.ERASED},
    Phase.ERASED: {},
}
