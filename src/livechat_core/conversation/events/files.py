"""What happens with attached files."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Personal


@attrs.frozen(kw_only=True)
class UploadBegun(Event):
    """Somebody may send a file, of at most a size and until a moment."""

    file: str
    by: str
    name: Personal[str]
    size: int
    until: int


@attrs.frozen(kw_only=True)
class Attached(Event):
    """Somebody attached a file, a line of its own."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    author: str
    name: Personal[str]
    file: str
    filename: Personal[str]
    type: str
    size: int


@attrs.frozen(kw_only=True)
class UploadLapsed(Event):
    """A file did not come in time; what had come of it is removed."""

    file: str
