"""What a chat leaves for the daily figures: counted as it happens, read from its summary (F64)."""

from collections.abc import Callable
from typing import Any

import attrs

from ..streams import Event
from . import events as e
from .state import State
from .values import Figures


def follow(state: State, event: Event, at: int) -> None:
    """Count, after an event has been applied."""
    state.figures = _FOLLOW[type(event)](state.figures, event, at)


def _taken(figures: Figures, event: Any, at: int) -> Figures:  # noqa: ANN401 - one of its classes
    handed = isinstance(event, e.TransferAccepted | e.TakenOver)
    stopped = _stopped(figures, at)
    return attrs.evolve(
        stopped,
        had_since=at,
        transfers=stopped.transfers + handed,
        bot="handed_on" if figures.bot == "serves" else figures.bot,
    )


def _given_up(figures: Figures, event: Any, at: int) -> Figures:  # noqa: ANN401
    moved = isinstance(event, e.Requeued) and event.reason == "transfer"
    return attrs.evolve(_stopped(figures, at), transfers=figures.transfers + moved)


def _closed(figures: Figures, event: Any, at: int) -> Figures:  # noqa: ANN401
    bot = figures.bot
    if bot == "serves":
        bot = "solved" if event.reason == "bot_resolved" else ""
    return attrs.evolve(_stopped(figures, at), bot=bot)


def _stopped(figures: Figures, at: int) -> Figures:
    if figures.had_since is None:
        return figures
    handled = figures.handled + at - figures.had_since
    return attrs.evolve(figures, handled=handled, had_since=None)


def _posted(figures: Figures, event: Any, at: int) -> Figures:  # noqa: ANN401
    if event.author != "agent" or figures.first_reply_at is not None:
        return figures
    return attrs.evolve(figures, first_reply_at=at)


def _missed(figures: Figures, event: Any, _: int) -> Figures:  # noqa: ANN401
    agent = event.seat.agent
    missed = {**figures.missed, agent: figures.missed.get(agent, 0) + 1}
    return attrs.evolve(figures, missed=missed)


_FOLLOW: dict[type[Event], Callable[[Figures, Any, int], Figures]] = {
    e.Accepted: _taken,
    e.TransferAccepted: _taken,
    e.TakenOver: _taken,
    e.Woken: _taken,
    e.Requeued: _given_up,
    e.Snoozed: _given_up,
    e.Closed: _closed,
    e.Posted: _posted,
    e.Attached: _posted,
    e.OfferLapsed: _missed,
    e.MessageLeft: lambda figures, _, __: attrs.evolve(figures, left=True),
    e.BotBegan: lambda figures, _, __: attrs.evolve(figures, bot="serves"),
    e.HandedOff: lambda figures, _, __: attrs.evolve(figures, bot="handed_on"),
}
FOLLOWS = tuple(_FOLLOW)
"""The events that count."""
