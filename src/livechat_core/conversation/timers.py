"""What happens to a conversation by the passing of time alone."""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Event
from . import commands as c, events as e, forms, hold, mails, promises
from .bot import failed
from .lifecycle import closing, give_up, visitor_gone
from .offers import lapse, requeued
from .state import State
from .values import Seat

Wanted: TypeAlias = c.Elapse
Happened: TypeAlias = (
    e.WaitedLong
    | e.ReplyOverdue
    | e.Quieted
    | e.Stirred
    | e.ClosingSoon
    | e.AgentReminded
    | e.SlaDue
    | e.SlaBroken
)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what time has brought about."""
    match event:
        case e.WaitedLong():
            state.alerted = True
        case e.ReplyOverdue():
            state.reply_from = at
        case e.Quieted() | e.Stirred():
            state.quiet = isinstance(event, e.Quieted)
        case e.ClosingSoon():
            state.warned_at = at
        case e.AgentReminded():
            state.reminded_at = at
        case e.SlaDue() | e.SlaBroken():
            pass  # `promises` follows them
        case _:
            assert_never(event)


def decide(state: State, command: c.Elapse, at: int, rules: Rules) -> list[Event]:
    """Do what is due, the end of the chat before the end of an offer."""
    removed = [one for one in state.uploads if one.id in command.removed and one.lapses <= at]
    if removed:
        return [e.UploadLapsed(file=upload.id) for upload in removed]
    if _over(state.given_up_at, at):
        return closing(state, "visitor_lost")
    if _over(state.warn_at, at):
        return [e.ClosingSoon(until=at + state.warning)]
    if _over(state.idle_at, at):
        return closing(state, "inactive")
    if _over(state.sla_at, at):
        return promises.elapse(state, at)
    reached = mails.due(state, command.full, at) or forms.due(state, command.available, at)
    if reached:
        return reached
    if state.hold:
        return hold.elapse(state, at, rules)
    if state.serving:
        silent = _over(state.serving.until, at)
        return failed(state, state.serving, command.available, rules) if silent else []
    if state.ask is not None and state.ask.until <= at:
        return lapse(state, state.ask)
    if _over(state.waits_until, at):
        return give_up(state, c.GiveUp(reason="waited_too_long"))
    if _over(state.alert_at, at):
        return [e.WaitedLong(), *forms.contacts(state, command.available)]
    if _over(state.missed_at, at):
        return visitor_gone(state, at, rules)
    return _with_agent(state, state.owner, command, at, rules) if state.owner else []


def _with_agent(state: State, owner: Seat, command: c.Elapse, at: int, rules: Rules) -> list[Event]:
    """Do what is due because the agent who has the chat, or everybody in it, is silent."""
    if _over(state.reply_by, at):
        again = requeued(state, owner, "unanswered", rules)
        return [again if command.others else e.ReplyOverdue()]
    if _over(state.remind_at, at):
        waits = state.unanswered_since is not None
        return [e.AgentReminded(seat=owner, reason="waits" if waits else "lull")]
    return [e.Quieted(seat=owner)] if _over(state.quiet_at, at) else []


def _over(until: int | None, at: int) -> bool:
    return until is not None and until <= at
