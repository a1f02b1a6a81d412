"""The port to the company's customer system."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from .repeat import Repeat


@attrs.frozen(kw_only=True)
class Customer:
    """One customer as the ERM knows him."""

    ref: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phone: str = ""
    company: str = ""
    location: str = ""


@attrs.frozen(kw_only=True)
class Draft:
    """A customer to be created, filled as far as is known (S0-22)."""

    name: str
    email: str
    phone: str = ""
    company: str = ""
    location: str = ""


@attrs.frozen(kw_only=True)
class FollowUp:
    """A task for later on a customer (S0-20)."""

    title: str
    due_at: int
    assignee: str


class Erm(Protocol):
    """The company's customer system. Every writing call takes a key, the same for every try.

    ``repeat`` per call: how an unknown outcome is settled; with PROBE, `find` looks for the key or
    for the reference line in the text (levels L2 and L1 of G13); with ASK a person decides (L0).
    """

    name: str
    repeat: Repeat

    async def search(self, email: str) -> Sequence[Customer]:
        """Return customers with exactly this address, whatever its case; at most three (S0-27)."""
        ...

    async def create(self, draft: Draft, key: str) -> Customer:
        """Create and save a customer, or return the one that has the address already (S0-21)."""
        ...

    async def fill(self, ref: str, values: Mapping[str, str], key: str) -> None:
        """Add what is missing to a customer; what stands there is never changed (S4-10).

        Doing it twice changes nothing, so it may always be repeated.

        Args:
            ref: The customer.
            values: By name: ``name``, ``email`` (if he has none), ``phone``, ``company``,
                ``location``, and custom fields, which an adapter may leave out.
            key: The same for every try.
        """
        ...

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """Save a history note with exactly this text and return its id (S0-16, S0-17)."""
        ...

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """Save a follow-up task and return its id (S0-20)."""
        ...

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """Return the id of the ``customer``, ``note`` or ``task`` made under this key, if any.

        Args:
            kind: What is looked for.
            key: The key it was made under.
            ref: The customer whose note or task it is.
            text: What an adapter without keys compares: the note's text or the task's title, by
                its last line; for a customer the address.
        """
        ...
