"""What can happen to a job, and in which phase."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import attrs

from ..streams import Event, Personal


class Phase(StrEnum):
    """Where a job stands."""

    NEW = "new"
    OWED = "owed"
    TRYING = "trying"
    UNKNOWN = "unknown"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


LIVE = (Phase.OWED, Phase.TRYING, Phase.UNKNOWN)

Values: TypeAlias = Mapping[str, Any]
"""A JSON object; nobody changes it."""


@attrs.frozen(kw_only=True)
class Owed(Event):
    """A call is owed."""

    port: str
    target: str
    action: str
    subject: str
    revision: int
    payload: Personal[Values]
    labels: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Tried(Event):
    """A worker has taken the job, until a moment."""

    process: str
    fence: int
    until: int
    repeat: str


@attrs.frozen(kw_only=True)
class Probed(Event):
    """A worker asks the outside system, until a moment."""

    process: str
    fence: int
    until: int


@attrs.frozen(kw_only=True)
class Succeeded(Event):
    """The work was done; settled by a person if ``by_hand``."""

    result: Personal[Values]
    by_hand: bool = False


@attrs.frozen(kw_only=True)
class Postponed(Event):
    """Surely not done; it is owed again from a moment on."""

    reason: str
    not_before: int


@attrs.frozen(kw_only=True)
class Lost(Event):
    """Nobody knows whether the work was done; ``repeat`` says what may be done about it."""

    reason: str
    not_before: int
    repeat: str


@attrs.frozen(kw_only=True)
class Died(Event):
    """It will not be tried again by itself."""

    reason: str


@attrs.frozen(kw_only=True)
class Repeated(Event):
    """It is owed again because a person wants it."""


@attrs.frozen(kw_only=True)
class Dropped(Event):
    """A person gave it up."""


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Owed: Phase.OWED},
    Phase.OWED: {Tried: Phase.TRYING, Dropped: Phase.DROPPED},
    Phase.TRYING: {
        Succeeded: Phase.DONE,
        Postponed: Phase.OWED,
        Lost: Phase.UNKNOWN,
        Died: Phase.DEAD,
    },
    Phase.UNKNOWN: {
        Probed: Phase.UNKNOWN,
        Lost: Phase.UNKNOWN,
        Succeeded: Phase.DONE,
        Postponed: Phase.OWED,
        Died: Phase.DEAD,
        Repeated: Phase.OWED,
        Dropped: Phase.DROPPED,
    },
    Phase.DEAD: {Repeated: Phase.OWED, Dropped: Phase.DROPPED},
    Phase.DONE: {},
    Phase.DROPPED: {},
}
