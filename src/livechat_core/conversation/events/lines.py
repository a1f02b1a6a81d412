"""What is said."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Personal


@attrs.frozen(kw_only=True)
class Posted(Event):
    """Somebody said something: ``visitor``, ``agent``, ``bot``, or the ``desk`` by itself."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    author: str
    name: Personal[str]
    text: Personal[str]
    html: Personal[str] = ""
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Noted(Event):
    """A colleague wrote an internal remark."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    name: str
    text: Personal[str]
