"""The ports to the host application: who is calling, and from where."""

from typing import Any, Protocol, runtime_checkable

import attrs


@attrs.frozen(kw_only=True)
class Request:
    """What identity and limits may look at, the same for every web framework.

    Args:
        headers: Lower-cased names.
        cookies: By name.
        peer: Address of the other end, from a trusted proxy if one is configured (A31).
    """

    headers: dict[str, str] = attrs.field(factory=dict)
    cookies: dict[str, str] = attrs.field(factory=dict)
    peer: str = ""


@runtime_checkable
class Identity(Protocol):
    """How the host application says who is calling; the library believes no header by itself."""

    async def agent(self, request: Request) -> str | None:
        """Return the staff id of the person signed in to the host, or none."""
        ...

    async def visitor(self, request: Request) -> dict[str, Any] | None:
        """Return the verified visitor (``id``, ``name``, ``email``), or none for a guest."""
        ...


class Geo(Protocol):
    """Where a visitor is, as coarse text; the host decides from what."""

    async def locate(self, request: Request) -> str:
        """Return for example ``Lisbon, Portugal``, or an empty text."""
        ...
