"""A chat that goes on after its end."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal
from ..values import Terms


@attrs.frozen(kw_only=True)
class Reopened(Event):
    """The chat goes on under its number, as its second part or a later one; it waits again."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    segment: int
    queue: str
    priority: Internal[int]
    terms: Internal[Terms]
