"""The port to the records of the company's customer system that an agent sees beside a chat."""

from collections.abc import Iterator
from typing import Protocol

import attrs

from .repeat import Repeat


@attrs.frozen(kw_only=True)
class Detail:
    """One field of a record.

    Args:
        name: For programs, ``serial``.
        title: For people, ``Serial number``.
        value: As text.
        editable: Whether an agent may change it from the chat.
    """

    name: str
    title: str
    value: str
    editable: bool = False


@attrs.frozen(kw_only=True)
class Record:
    """One record, with those that belong to it.

    Args:
        ref: Its kind and id, ``asset/7``.
        kind: ``contact``, ``account``, ``asset``, ``work_order``, or another word.
        title: What people call it.
        details: Its fields.
        children: Records that belong to it.
    """

    ref: str
    kind: str
    title: str
    details: tuple[Detail, ...] = ()
    children: tuple["Record", ...] = ()

    def walk(self) -> Iterator["Record"]:
        """Yield the record and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@attrs.frozen(kw_only=True)
class Correction:
    """A field of a record that is to read differently.

    Args:
        record: The record's ref, one of those below `CustomerRecords.open`.
        field: Name of the field.
        former: What the agent saw.
        value: What it is to be.
    """

    record: str
    field: str
    former: str
    value: str


class CustomerRecords(Protocol):
    """What the customer system keeps of a customer. It is shown to staff and never to visitors.

    ``repeat`` is always SAFE: a change names what it replaces, so twice is the same as once.
    """

    name: str
    repeat: Repeat

    async def open(self, customer: str) -> Record | None:
        """Return the customer's contact record with all that belongs to it (S2-11, S2-12).

        Args:
            customer: The customer's ref, as `Erm.search` gives it.

        Returns:
            None if there is no such customer.
        """
        ...

    async def change(self, customer: str, correction: Correction, key: str) -> None:
        """Set a field that still has its former value (S2-13).

        A call that comes again with the same key, or that finds the value there already, is done
        and changes nothing: so a change may always be repeated.

        Args:
            customer: Whose record it is.
            correction: What is to change, and from what.
            key: The same for every try of this change.

        Raises:
            DeliveryError: ``changed`` (permanent) if the field reads otherwise by now;
                ``no_such_record`` or ``not_editable`` (permanent); another code if it failed.
        """
        ...
