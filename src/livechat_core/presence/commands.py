"""What can be wanted of an agent's working time."""

import attrs

from .. import text
from ..streams import Command, Given
from .events import Carried, Profile


@attrs.frozen(kw_only=True)
class SignIn(Command):
    """Begin to work, or open one more window."""

    connection: Given[str] = ""
    process: Given[str] = ""
    profile: Given[Profile] = Profile()
    carried: Given[Carried] = Carried()


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
    """Choose a status: available, busy, away, offline, or a custom one (F28)."""

    status: text.Word


@attrs.frozen(kw_only=True)
class SetCapacity(Command):
    """Change how much the agent can have at a time; what he has already stays with him."""

    capacity: int


@attrs.frozen(kw_only=True)
class SetProfile(Command):
    """Work by the profile that holds now; the desk's own business, after somebody changed it.

    Args:
        profile: The profile.
        dismissed: There is none any more: the working time ends.
    """

    profile: Given[Profile] = Profile()
    dismissed: Given[bool] = False


@attrs.frozen(kw_only=True)
class SetCall(Command):
    """Say whether the agent is in a call: he himself, or the telephone system."""

    in_call: bool


@attrs.frozen(kw_only=True)
class TakeSlot(Command):
    """Reserve a place for a chat; refused when the agent is full or cannot be asked.

    Args:
        conversation: The chat.
        by_hand: Somebody decided it: busy, away or resting, the agent may have it.
        answered: The agent himself did: he is there.
        queue: The chat's queue.
        weight: Units of capacity it takes (F8).
        agent_limit: Chats of this queue that one agent has at most (F6).
    """

    conversation: str
    by_hand: bool = False
    answered: bool = False
    queue: str = ""
    weight: int = 1
    agent_limit: int | None = None


@attrs.frozen(kw_only=True)
class FreeSlot(Command):
    """Give the place of a chat back.

    Args:
        conversation: The chat.
        missed: It was an offer, and the agent let it pass.
        answered: It was an offer, and the agent said no: he is there.
        wrap_up: Time for notes before the place is free (F26).
    """

    conversation: str
    missed: bool = False
    answered: bool = False
    wrap_up: int = 0


@attrs.frozen(kw_only=True)
class JoinChat(Command):
    """Note that the agent takes part in a chat that another one has.

    Args:
        conversation: The chat.
        weight: Units of capacity it takes, if it takes any (`Rules.joined_counts`).
    """

    conversation: str
    weight: int = 0


@attrs.frozen(kw_only=True)
class LeaveChat(Command):
    """Note that the agent takes part in a chat no more."""

    conversation: str


@attrs.frozen(kw_only=True)
class FinishWrapUp(Command):
    """The notes on a chat are written."""

    conversation: text.Word


@attrs.frozen(kw_only=True)
class QuietSlot(Command):
    """Both sides of a chat have been silent for long."""

    conversation: str


@attrs.frozen(kw_only=True)
class StirSlot(Command):
    """Somebody speaks in a quiet chat again."""

    conversation: str


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due."""
