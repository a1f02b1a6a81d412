"""Values of a visit: its phases, pages, who visits, where from, and by what he is known again."""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from .. import text
from ..streams import Given


class Phase(StrEnum):
    """Where a visit stands."""

    NEW = "new"
    BROWSING = "browsing"
    INVITED = "invited"
    CHATTING = "chatting"
    LEFT = "left"


PRESENT = (Phase.BROWSING, Phase.INVITED, Phase.CHATTING)


class Consent(StrEnum):
    """What the visitor said about the recording of his pages."""

    UNASKED = ""
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@attrs.frozen(kw_only=True)
class Page:
    """One page that was opened."""

    site: text.Word
    url: text.Url
    title: text.Title = ""
    at: Given[int] = 0


@attrs.frozen(kw_only=True)
class Campaign:
    """Where a visitor came from: the address's campaign parameters, and the page before (F55).

    Args:
        source: ``utm_source``.
        medium: ``utm_medium``.
        name: ``utm_campaign``.
        term: ``utm_term``.
        content: ``utm_content``.
        referrer: The page of another site that led here, without its parameters.
    """

    source: str = ""
    medium: str = ""
    name: str = ""
    term: str = ""
    content: str = ""
    referrer: str = ""


@attrs.frozen(kw_only=True)
class Guest:
    """What the host and the request say about the visitor.

    Args:
        token: SHA-256 of the visitor's token.
        name: Name the host vouches for, empty for a guest.
        email: Address the host vouches for.
        location: Coarse text from the host.
        browser: User agent.
        address: Keyed hash of the network address.
        owner: The agent who looks after this customer, as the host says (F17).
        phone: Number the host vouches for.
        person: Keyed hash of the host's id of the person; empty for a guest.
        roles: What the host says the person is, in order.
        registered: Whether the host has an account of the person.
        fields: Further facts the host vouches for.
        until: When the host's word ends; 0 for not by itself.
    """

    token: str = ""
    name: str = ""
    email: str = ""
    location: str = ""
    browser: str = ""
    address: str = ""
    owner: str = ""
    phone: str = ""
    person: str = ""
    roles: tuple[str, ...] = ()
    registered: bool = False
    fields: Mapping[str, str] = attrs.field(factory=dict)
    until: int = 0

    @property
    def signed_in(self) -> bool:
        """Whether the host vouches for anything; earlier versions knew no id of a person."""
        return bool(self.person or self.name)

    @property
    def vouched(self) -> tuple[object, ...]:
        """All that the host vouches for: what differs is another person, or more about him."""
        return (
            *(self.person, self.name, self.email, self.phone, self.owner),
            *(self.roles, self.registered, dict(self.fields), self.until),
        )

    def unvouched(self) -> "Guest":
        """Return what is left when the host's word has ended."""
        return Guest(
            token=self.token, location=self.location, browser=self.browser, address=self.address
        )


@attrs.frozen(kw_only=True)
class Secret:
    """The SHA-256 of a secret that opens the visit, and when it dies (0: not by itself)."""

    hash: str
    until: int


@attrs.frozen(kw_only=True)
class Shown:
    """A greeting that was shown, and when."""

    greeting: str
    at: int
