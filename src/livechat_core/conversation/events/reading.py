"""What the visitor has seen of what was said to him."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event


@attrs.frozen(kw_only=True)
class Seen(Event):
    """The visitor has seen all that agents said, up to a version of the chat."""

    audience: ClassVar[Audience] = Audience.STAFF
    version: int
