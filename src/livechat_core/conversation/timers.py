"""What happens to a conversation by the passing of time alone."""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Event
from . import commands as c, events as e
from .bot import failed
from .lifecycle import closing, give_up
from .offers import lapse, requeued
from .state import State

Wanted: TypeAlias = c.Elapse
Happened: TypeAlias = e.WaitedLong | e.ReplyOverdue | e.Quieted | e.Stirred


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what time has brought about."""
    match event:
        case e.WaitedLong():
            state.alerted = True
        case e.ReplyOverdue():
            state.reply_from = at
        case e.Quieted() | e.Stirred():
            state.quiet = isinstance(event, e.Quieted)
        case _:
            assert_never(event)


def decide(state: State, command: c.Elapse, at: int, rules: Rules) -> list[Event]:
    """Do what is due, the end of the chat before the end of an offer."""
    if _over(state.given_up_at, at):
        return closing(state, "visitor_lost")
    if _over(state.idle_at, at):
        return closing(state, "inactive")
    if state.serving:
        silent = _over(state.serving.until, at)
        return failed(state, state.serving, command.available, rules) if silent else []
    if state.ask is not None and state.ask.until <= at:
        return lapse(state, state.ask)
    if _over(state.waits_until, at):
        return give_up(state, c.GiveUp(reason="waited_too_long"))
    if _over(state.alert_at, at):
        return [e.WaitedLong()]
    if state.owner is None:
        return []
    if _over(state.reply_by, at):
        return [requeued(state, state.owner, "unanswered", rules) if command.others
                else e.ReplyOverdue()]  # fmt: skip
    return [e.Quieted(seat=state.owner)] if _over(state.quiet_at, at) else []


def _over(until: int | None, at: int) -> bool:
    return until is not None and until <= at
