"""The wish to do what is due."""

import attrs

from ...streams import Command, Given


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due.

    Args:
        others: Whether somebody else could take a chat whose agent does not reply.
        available: Whether people could take over from a bot.
        full: The guard that refused what was due a moment ago; empty for none.
        removed: Uploads that have lapsed, and of which nothing is kept any more.
    """

    others: Given[bool] = False
    available: Given[str] = "offline"
    full: str = ""
    removed: Given[tuple[str, ...]] = ()
