"""Who the visitor is: a person is proposed, perhaps another one chosen, and one verified.

Theory. The proposal is looked up whenever it is shown, so it is not recorded. Staff either verify
it or choose another person, which asks for verification again, until one is verified (S2-6 to
S2-10). What somebody else has chosen meanwhile is never verified unseen: the command names the
person it was made for. Nothing of this keeps the visitor from writing, and he never hears of it.
"""

from typing import TypeAlias, assert_never

from ..errors import Denied, Invalid, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Event, Role
from ..tables import allows
from . import commands as c, events as e
from .state import State
from .table import NEXT
from .values import Phase

Wanted: TypeAlias = c.ChooseContact | c.VerifyContact | c.Recognize
Happened: TypeAlias = e.ContactChosen | e.ContactVerified


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from a wish about who the visitor is."""
    match command:
        case c.ChooseContact():
            return choose(state, command)
        case c.VerifyContact():
            return verify(state, command)
        case c.Recognize():
            return recognize(state, command)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:  # noqa: ARG001
    """Apply who the visitor is."""
    state.contact = event.contact
    state.verified = isinstance(event, e.ContactVerified)


def choose(state: State, command: c.ChooseContact) -> list[Event]:
    """Take another person than the one who is proposed, chosen or verified."""
    _may_say(state, command.by, command.contact)
    if state.contact == command.contact:
        return []
    by = command.by
    return [e.ContactChosen(contact=command.contact, agent=by.id, name=by.name)]


def verify(state: State, command: c.VerifyContact) -> list[Event]:
    """Confirm the person whose details were shown, unless another one was chosen meanwhile."""
    _may_say(state, command.by, command.contact)
    if state.contact not in ("", command.contact):
        raise Rejected("changed", field="contact", value=state.contact)
    if state.verified:
        return []
    by = command.by
    return [e.ContactVerified(contact=command.contact, agent=by.id, name=by.name)]


def recognize(state: State, command: c.Recognize) -> list[Event]:
    """Take the host's word, unless staff know better."""
    if state.contact or not allows(NEXT, state.phase, e.ContactVerified):
        return []
    return [e.ContactVerified(contact=command.contact)]


def unverified(state: State, rules: Rules) -> bool:
    """Tell whether the agent must verify the person before he speaks to him (S2-16)."""
    queue = rules.queues.get(state.queue)
    return queue is not None and queue.verify and not state.verified


def _may_say(state: State, by: Actor, contact: str) -> None:
    """Let those say it who have the chat, or had it last.

    Raises:
        NotFound: There is no such chat.
        Invalid: What is named is no contact.
        Denied: It is somebody else's.
    """
    if state.phase is Phase.NEW:
        raise NotFound
    if not contact.startswith("contact/"):
        raise Invalid("invalid_type", field="contact")
    owner = state.owner.agent if state.owner else state.last_owner
    if by.role is Role.AGENT and by.id != owner:
        raise Denied("forbidden", why="not your chat")
