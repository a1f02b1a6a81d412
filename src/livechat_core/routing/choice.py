"""The router's answer: who is asked, and why."""

import attrs

from ..conversation import Seat


@attrs.frozen(kw_only=True)
class Choice:
    """Who is asked and why, or why nobody.

    Args:
        seat: The agent, if there is one.
        why: In words, for the operator; kept with the offer.
        exhausted: Somebody could be asked, but all of those have been asked in this pass.
    """

    seat: Seat | None
    why: str
    exhausted: bool = False
