"""What a reaction is given and what it asks for, and the names of the streams it begins."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs

from ..rules import Rules
from ..streams import Command, Event, id_of


@attrs.frozen(kw_only=True)
class Order:
    """A command for another stream, in the same transaction."""

    stream: str
    command: Command
    needed: bool = False


@attrs.frozen(kw_only=True)
class Happened:
    """One event just decided, with the state of its stream after the whole decision.

    Args:
        stream: The stream.
        event: The event.
        state: The decider's state, all events of the decision applied.
        at: The time of the decision.
    """

    stream: str
    event: Event
    state: Any
    at: int


Reaction: TypeAlias = Callable[[Happened, Rules], Iterator[Order]]


def step_job(subject: str, step: str, revision: int) -> str:
    """Return the stream of the job that carries out a step of an enquiry."""
    return f"job/{id_of(subject)}.{step}.{revision}"


def job_name(subject: str, name: str, at: int) -> str:
    """Return the stream of a job that may be owed again later."""
    return f"job/{id_of(subject)}.{name}.{at}"
