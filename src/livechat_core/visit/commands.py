"""What can be wanted of a visit."""

import attrs

from .. import text
from ..streams import Command, Given
from .events import Guest, Page


@attrs.frozen(kw_only=True)
class Arrive(Command):
    """Open a page, as a new visitor or back again."""

    page: Page
    language: text.Word = ""
    guest: Given[Guest] = Guest()
    banned: Given[bool] = False


@attrs.frozen(kw_only=True)
class View(Command):
    """Open more pages."""

    pages: tuple[Page, ...]


@attrs.frozen(kw_only=True)
class Invite(Command):
    """Invite the visitor to a chat (S0-44)."""

    presence: Given[str] = ""
    inviter_gone: Given[bool] = False


@attrs.frozen(kw_only=True)
class AnswerInvitation(Command):
    """Close the invitation; accepting it means starting a chat."""


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
    """Time has passed; do what is due."""

    connected: Given[bool] = False
