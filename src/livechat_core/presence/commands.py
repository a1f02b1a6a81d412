"""What can be wanted of an agent's working time."""

import attrs

from .. import text
from ..streams import Command, Given
from .events import Profile


@attrs.frozen(kw_only=True)
class SignIn(Command):
    """Begin to work, or open one more window."""

    connection: Given[str] = ""
    process: Given[str] = ""
    profile: Given[Profile] = Profile()
    last_assigned: Given[int] = 0


@attrs.frozen(kw_only=True)
class Disconnect(Command):
    """One window's connection is gone."""

    connection: str


@attrs.frozen(kw_only=True)
class ProcessLost(Command):
    """The process that held some of the connections is gone."""

    process: str


@attrs.frozen(kw_only=True)
class SetStatus(Command):
    """Choose a status: available, busy, away or offline."""

    status: text.Word


@attrs.frozen(kw_only=True)
class TakeSlot(Command):
    """Reserve a place for a chat; refused when the agent is full or cannot be asked."""

    conversation: str
    by_hand: bool = False


@attrs.frozen(kw_only=True)
class FreeSlot(Command):
    """Give the place of a chat back."""

    conversation: str
    missed: bool = False


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due."""
