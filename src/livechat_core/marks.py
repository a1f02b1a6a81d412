"""Read marks: how far somebody has read, told to the other side at once, seldom recorded (F47)."""

import logging

import attrs

from . import conversation
from .desk import Desk
from .errors import LivechatError, StoreError
from .rules import seconds
from .streams import Actor, Role
from .whispers import Whisper, Whispers

logger = logging.getLogger("livechat_core")

PAUSE = seconds(10)
"""A visitor who answers within this time has seen it all the same: no mark need be recorded."""


@attrs.frozen
class _Mark:
    """What a visitor has read, on the device with this visit, and since when."""

    device: str
    version: int
    at: int


class Marks:
    """The read marks of one process.

    Args:
        desk: The desk.
        whispers: Passes them on.
    """

    def __init__(self, desk: Desk, whispers: Whispers) -> None:
        self._desk = desk
        self._whispers = whispers
        self._waiting: dict[str, _Mark] = {}

    async def read(self, chat: str, by: Actor, version: int) -> None:
        """Take in that somebody has read a chat up to a version.

        Who only looks on leaves no trace: the visitor must not learn of him (F32).
        """
        held = await self._desk.states.get(chat)
        state: conversation.State = held.state
        version = min(version, held.version)
        visitor = by.role is Role.VISITOR
        if not visitor and not state.takes_part(by.id):
            return
        name = state.name if visitor else by.name
        self._whispers.say(Whisper(chat=chat, by=by.label, name=name, read=version))
        if visitor and conversation.ends_something(state, version):
            since = self._waiting[chat].at if chat in self._waiting else self._desk.clock.now()
            self._waiting[chat] = _Mark(by.id, version, since)

    async def flush(self) -> None:
        """Record what ends something: marks that have stood for a while, or whose reader left."""
        due = self._desk.clock.now() - PAUSE
        for chat, mark in tuple(self._waiting.items()):
            if mark.at > due and mark.device in self._desk.connected:
                continue
            try:
                await self._record(chat, mark)
            except StoreError:
                continue  # it is tried again; without it, at worst a mail too many is sent
            except LivechatError as error:
                logger.warning("a read mark in %s: %s", chat, error.code)
            if self._waiting.get(chat) == mark:
                del self._waiting[chat]

    async def _record(self, chat: str, mark: _Mark) -> None:
        """Record a mark as the chat's visitor, on whichever of his devices he has read."""
        state: conversation.State = await self._desk.view(chat)
        visitor = Actor(role=Role.VISITOR, id=state.visitor)
        await self._desk.dispatch(chat, conversation.Read(by=visitor, version=mark.version))
