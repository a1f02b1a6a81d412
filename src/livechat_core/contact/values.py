"""Values of a contact: its phases, and what is known of a person and from whom."""

from enum import StrEnum

import attrs

STANDARD = ("name", "email", "phone", "company", "location")
"""Fields that every person has; the settings add others (`Rules.fields`)."""


class Phase(StrEnum):
    """Where a contact stands."""

    NEW = "new"
    KNOWN = "known"
    MERGED = "merged"
    ERASED = "erased"


class Source(StrEnum):
    """Whose word a fact is, the weightiest first."""

    STAFF = "staff"
    HOST = "host"
    ERM = "erm"


@attrs.frozen(kw_only=True)
class Claim:
    """Something said about a person: a field, its value, and where it was said."""

    field: str
    value: str
    source: str


@attrs.frozen(kw_only=True)
class Fact:
    """Something known about a person: a field, its value, whose word it is, and who entered it."""

    field: str
    value: str
    source: Source = Source.STAFF
    agent: str = ""


@attrs.frozen(kw_only=True)
class Remark:
    """A note about a person, as it reads now; the stream keeps every version.

    Args:
        id: Its number among the contact's notes.
        text: What it says.
        agent: Who wrote this version.
        name: His name.
        at: When.
        revision: 1, and one more with each edit.
    """

    id: int
    text: str
    agent: str
    name: str
    at: int
    revision: int = 1

    def renumbered(self, number: int) -> "Remark":
        """Return it as a note with another number."""
        return attrs.evolve(self, id=number)


@attrs.frozen(kw_only=True)
class Change:
    """A change of the customer's records in the ERM, asked for by an agent.

    Args:
        revision: Its number among the contact's changes.
        record: Which record, ``asset/7``.
        field: Which of its fields.
        former: What the agent saw there.
        value: What it is to be.
        agent: Who wants it.
        state: ``owed``, ``made``, or why it was not made.
    """

    revision: int
    record: str
    field: str
    former: str
    value: str
    agent: str
    state: str = "owed"


@attrs.frozen(kw_only=True)
class Content:
    """All that a contact holds about a person, handed over when it turns out to be another one."""

    claims: tuple[Claim, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[Remark, ...] = ()
    tags: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    ref: str = ""
    conversations: tuple[str, ...] = ()
    absorbed: tuple[str, ...] = ()
