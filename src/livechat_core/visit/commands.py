"""What can be wanted of a visit."""

import attrs

from .. import text
from ..streams import Command, Given
from .values import Campaign, Guest, Page


@attrs.frozen(kw_only=True)
class Arrive(Command):
    """Open a page, as a new visitor or back again, and say who one is.

    Args:
        page: The page.
        language: What the browser asks for.
        guest: What the host and the request say.
        campaign: What brought the visitor.
        banned: Whether a ban holds.
        needed: Something begins that needs the visit, whatever the site records of visits.
        token: SHA-256 of a fresh token, for who has just signed in (security.md section 10).
    """

    page: Page
    language: text.Word = ""
    guest: Given[Guest] = Guest()
    campaign: Given[Campaign] = Campaign()
    banned: Given[bool] = False
    needed: Given[bool] = False
    token: Given[str] = ""


@attrs.frozen(kw_only=True)
class View(Command):
    """Open more pages."""

    pages: tuple[Page, ...]


@attrs.frozen(kw_only=True)
class Consent(Command):
    """Agree that one's pages are recorded, or not any more (F60).

    Args:
        granted: Yes or no.
        wording: Name and version of the text that was shown.
        arrival: The page one is on and who one is, for who was not recorded before.
    """

    granted: bool
    wording: text.Line = ""
    arrival: Given[Arrive | None] = None


@attrs.frozen(kw_only=True)
class HandOver(Command):
    """Let the visit go on on another site of the desk, once, for who brings the code.

    Args:
        code: SHA-256 of the code.
    """

    code: Given[str]


@attrs.frozen(kw_only=True)
class Adopt(Command):
    """Go on with the visit on another site.

    Args:
        code: SHA-256 of the code that was brought.
        token: SHA-256 of the token for that site.
        site: That site.
        guest: Whose network address and browser must be those of the visit.
    """

    code: Given[str]
    token: Given[str]
    site: Given[str]
    guest: Given[Guest]


@attrs.frozen(kw_only=True)
class Readmit(Command):
    """Go on with the visit from the link in a mail (S4-18).

    Args:
        token: SHA-256 of the token with which the visitor goes on.
    """

    token: str


@attrs.frozen(kw_only=True)
class SignOff(Command):
    """Forget me on this computer and every other: the visit's tokens are dead (A25)."""


@attrs.frozen(kw_only=True)
class Revoke(Command):
    """Let all tokens of the visit die; who is connected with one is turned out (A25)."""


@attrs.frozen(kw_only=True)
class Bar(Command):
    """A ban of this visitor holds."""

    ban: str
    scope: str


@attrs.frozen(kw_only=True)
class Invite(Command):
    """Invite the visitor to a chat (S0-44)."""

    presence: Given[str] = ""
    inviter_gone: Given[bool] = False


@attrs.frozen(kw_only=True)
class AnswerInvitation(Command):
    """Close the invitation or the greeting; accepting one means starting a chat."""


@attrs.frozen(kw_only=True)
class ChatBegan(Command):
    """A chat of this visitor began."""

    conversation: str


@attrs.frozen(kw_only=True)
class ChatEnded(Command):
    """A chat of this visitor is over."""

    conversation: str
    agent: str = ""


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due.

    Args:
        connected: Whether the visitor has a connection here.
        availability: Whether somebody could answer on his site.
        banned: Whether a ban keeps him from the chat.
    """

    connected: Given[bool] = False
    availability: Given[str] = "offline"
    banned: Given[bool] = False
