"""Times promised to customers: the first reply, each further one, and the end (F51).

Theory. A promise begins and ends with what happens in the chat, so it is followed, not decided. The
first reply and the end are promised when people begin to be responsible, a further reply by the
first line that nobody has answered. Only what an agent says in public keeps a promise of a reply;
notes, bots and the desk's own lines do not count. A promise that is kept too late, or broken, is
missed for good; the chat's verdict of each kind is that of the worst. Time is wall time.
"""

from collections.abc import Callable

from ..streams import Event
from . import events as e
from .state import State
from .values import Promise

FIRST, NEXT_ONE, END = "first_reply", "next_reply", "resolution"


def follow(state: State, event: Event, at: int) -> None:
    """Begin and end what is promised, after an event has been applied."""
    _FOLLOW[type(event)](state, event, at)


def elapse(state: State, at: int) -> list[Event]:
    """Warn of promises that end soon, and note those that are broken."""
    due = [promise for promise in state.promises if promise.due_at <= at]
    return [
        e.SlaBroken(kind=one.kind, due_at=one.until)
        if one.until <= at
        else e.SlaDue(kind=one.kind, due_at=one.until)
        for one in due
    ]


def _responsible(state: State, _: Event, at: int) -> None:
    """Begin to be responsible: the chat is with people now."""
    if not _answered_once(state):
        _begin(state, FIRST, state.terms.first_reply, at)
    _begin(state, END, state.terms.resolution, at)


def _with_bot(state: State, _: Event, __: int) -> None:
    state.promises = ()


def _posted(state: State, event: Event, at: int) -> None:
    author = getattr(event, "author", "")
    if author == "agent":
        _end(state, FIRST, at)
        _end(state, NEXT_ONE, at)
    elif author == "visitor" and state.unanswered_since == at and _answered_once(state):
        _begin(state, NEXT_ONE, state.terms.next_reply, at)


def _answered_once(state: State) -> bool:
    return state.figures.first_reply_at is not None


def _over(state: State, _: Event, at: int) -> None:
    _end(state, END, at)
    state.promises = ()


def _due(state: State, event: Event, _: int) -> None:
    """Warn once; forget what is broken."""
    kind = getattr(event, "kind", "")
    if isinstance(event, e.SlaBroken):
        _judge(state, kind, kept=False)
        state.promises = tuple(one for one in state.promises if one.kind != kind)
    else:
        state.promises = tuple(
            one.without_warning if one.kind == kind else one for one in state.promises
        )


def _begin(state: State, kind: str, duration: int | None, at: int) -> None:
    if duration is None or any(one.kind == kind for one in state.promises):
        return
    warning = min(state.terms.sla_warning, duration // 2)
    until = at + duration
    promise = Promise(kind=kind, until=until, warn_at=until - warning if warning else None)
    state.promises = (*state.promises, promise)


def _end(state: State, kind: str, at: int) -> None:
    for promise in state.promises:
        if promise.kind == kind:
            _judge(state, kind, kept=at < promise.until)
    state.promises = tuple(one for one in state.promises if one.kind != kind)


def _judge(state: State, kind: str, *, kept: bool) -> None:
    state.sla = {**state.sla, kind: kept and state.sla.get(kind, True)}


_FOLLOW: dict[type[Event], Callable[[State, Event, int], None]] = {
    e.Started: _responsible,
    e.BotBegan: _with_bot,
    e.HandedOff: _responsible,
    e.Accepted: _responsible,
    e.Reopened: _responsible,
    e.Posted: _posted,
    e.Attached: _posted,
    e.SlaDue: _due,
    e.SlaBroken: _due,
    e.MessageLeft: _with_bot,
    e.Closed: _over,
}
FOLLOWS = tuple(_FOLLOW)
"""The events that begin or end a promise."""
