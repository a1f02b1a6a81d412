"""Wishes of and about the bot that serves a chat first."""

from collections.abc import Mapping

import attrs

from ...streams import Command, Given
from ..values import BotLine


@attrs.frozen(kw_only=True)
class BotAnswer(Command):
    """The bot has had its turn (fields as in `ports.Answer`).

    Args:
        turn: The turn it answers.
        available: Whether people could take over in the queue it names.
    """

    turn: int
    says: tuple[BotLine, ...] = ()
    then: str = "listen"
    memory: Mapping[str, str] = attrs.field(factory=dict)
    queue: str = ""
    note: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    available: Given[str] = "offline"


@attrs.frozen(kw_only=True)
class BotFail(Command):
    """The bot cannot answer: people are to take over."""

    turn: int
    available: Given[str] = "offline"


@attrs.frozen(kw_only=True)
class HandOff(Command):
    """Let people take over from the bot: the visitor wants it, or a colleague (S3-3)."""

    available: Given[str] = "offline"
