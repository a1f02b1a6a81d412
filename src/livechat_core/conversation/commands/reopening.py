"""The wish to go on with a chat that is over."""

import attrs

from ...streams import Command, Given
from ..values import Seat, Situation


@attrs.frozen(kw_only=True)
class Reopen(Command):
    """Go on with a closed chat, within some time after its end."""

    situation: Given[Situation] = Situation()
    seat: Given[Seat | None] = None
