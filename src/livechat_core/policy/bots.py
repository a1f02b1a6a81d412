"""What follows from a bot's turn: the call that is owed to it, and what it answered."""

from collections.abc import Iterator
from typing import Any

from .. import conversation, job
from ..rules import Rules
from ..streams import Event
from .orders import Happened, Order, Reaction, step_job


def _asked(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    serving = happened.state.serving
    if serving is None:  # it has gone on in the same decision
        return
    command = job.Owe(
        port="bot",
        target=serving.bot,
        action="turn",
        subject=happened.stream,
        revision=event.turn,
    )
    yield Order(stream=step_job(happened.stream, "turn", event.turn), command=command)


def reported(happened: Happened, _: Rules) -> Iterator[Order]:
    """Hand a bot's answer, or that there is none, to its chat."""
    state: job.State = happened.state
    match happened.event:
        case job.Succeeded(result=told):
            yield Order(stream=state.subject, command=_answer(state.revision, told))
        case job.Lost() if state.repeat != "ask":
            pass
        case _:
            command = conversation.BotFail(turn=state.revision)
            yield Order(stream=state.subject, command=command)


def _answer(turn: int, told: job.Values) -> conversation.BotAnswer:
    says = tuple(
        conversation.BotLine(text=line["text"], choices=tuple(line["choices"]))
        for line in told.get("says", ())
    )
    rest = {name: value for name, value in told.items() if name != "says"}
    return conversation.BotAnswer(turn=turn, says=says, **rest)


REACTIONS: dict[type[Event], Reaction] = {conversation.BotAsked: _asked}
