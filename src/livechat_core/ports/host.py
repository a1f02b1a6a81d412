"""The ports to the host application: who is calling, and from where."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import attrs


@attrs.frozen(kw_only=True)
class Request:
    """What identity and limits may look at, the same for every web framework.

    Args:
        headers: Lower-cased names.
        cookies: By name.
        peer: Address of the other end, from a trusted proxy if one is configured (A31).
        site: The site of a visitor's page; empty for staff.
        identity: What that page hands over to prove who its visitor is, such as a signed token.
    """

    headers: dict[str, str] = attrs.field(factory=dict)
    cookies: dict[str, str] = attrs.field(factory=dict)
    peer: str = ""
    site: str = ""
    identity: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class Person:
    """A visitor for whom the host application vouches.

    Args:
        id: The host's own id of the person, always the same; never an address somebody typed.
        name: Shown to staff as it is.
        email: Answers may go there.
        phone: Shown to staff as it is.
        roles: What the person is at the host; a site may ask for one (S3-6).
        registered: Whether the host has an account of the person.
        owner: The member of staff who looks after this customer (F17).
        fields: Further facts, shown to staff.
        valid_until: When the host's word ends, microseconds since 1970; none for not by itself.
    """

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    roles: frozenset[str] = frozenset()
    registered: bool = True
    owner: str = ""
    fields: Mapping[str, str] = attrs.field(factory=dict)
    valid_until: int | None = None


@runtime_checkable
class Identity(Protocol):
    """How the host application says who is calling; the library believes no header by itself."""

    async def agent(self, request: Request) -> str | None:
        """Return the staff id of the person signed in to the host, or none."""
        ...

    async def visitor(self, request: Request) -> Person | None:
        """Return the person who visits, or none for a guest.

        It is asked whenever a page is opened, and again before a chat or a message begins.
        """
        ...


class Geo(Protocol):
    """Where a visitor is, as coarse text; the host decides from what."""

    async def locate(self, request: Request) -> str:
        """Return for example ``Lisbon, Portugal``, or an empty text."""
        ...
