"""What happens to a conversation by the passing of time alone."""

from ..streams import Event
from .lifecycle import closing
from .offers import lapse
from .state import State


def elapse(state: State, at: int) -> list[Event]:
    """Do what is due, the end of the chat before the end of an offer."""
    if state.given_up_at is not None and state.given_up_at <= at:
        return closing(state, "visitor_lost")
    if state.idle_at is not None and state.idle_at <= at:
        return closing(state, "inactive")
    if state.ask is not None and state.ask.until <= at:
        return lapse(state, state.ask)
    return []
