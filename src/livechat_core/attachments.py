"""Attachments: bytes on their way between clients and the store of files (F44, A66)."""

import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

import attrs

from . import conversation
from .conversation.files import awaited
from .desk import Desk
from .errors import Conflict, LivechatError, NotFound, Rejected
from .filetypes import TYPES, FileType, Inspector, named
from .ports import Files
from .repeats import Ack
from .streams import Actor

logger = logging.getLogger("livechat_core")


@attrs.frozen(kw_only=True)
class Download:
    """A file to be sent to somebody who may have it.

    Args:
        name: To save it under.
        type: What it is.
        size: In bytes.
        chunks: Its content, within the block.
    """

    name: str
    type: FileType
    size: int
    chunks: AbstractAsyncContextManager[AsyncIterator[bytes]]


class Attachments:
    """Takes files in, hands them out, and removes what nothing refers to.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._coming: set[str] = set()

    @property
    def files(self) -> Files:
        """Where they are kept.

        Raises:
            Rejected: ``unavailable``: nowhere.
        """
        if self._desk.files is None:
            raise Rejected("unavailable", why="the desk keeps no files")
        return self._desk.files

    @property
    def limits(self) -> dict[str, Any] | None:
        """What may be attached: ``size`` in bytes and ``types``; none if nothing may."""
        rules = self._desk.rules
        if self._desk.files is None:
            return None
        return {"size": rules.file_size, "types": sorted(rules.file_types)}

    async def take(self, by: Actor, chat: str, file: str, chunks: AsyncIterable[bytes]) -> Ack:
        """Keep a file that somebody was let to send, and attach it; a repeat changes nothing.

        Raises:
            NotFound: He was not let to send such a file to this chat.
            Rejected: It is too late (``upload_over``), it is coming already (``upload_running``),
                or it is of a type that is not taken.
            LimitExceeded: ``too_large``.
        """
        files, state = self.files, await self._state(chat)
        if file not in {*(known.id for known in state.files), *(one.id for one in state.uploads)}:
            state = await self._fresh(chat)
        upload = awaited(state, file, by)
        if upload is None:
            done = conversation.FinishUpload(by=by, file=file, name="", type="", size=0)
            return await self._desk.dispatch(chat, done)
        if file in self._coming:
            raise Rejected("upload_running")
        inspector = Inspector(self._desk.rules.file_types)
        self._coming.add(file)
        try:
            async with aclosing(self._looked_at(chunks, inspector, upload)) as parts:
                size = await files.put(file, parts, upload.size)
        except Conflict as error:  # from a try of which the end was not recorded
            raise Rejected("upload_over") from error
        finally:
            self._coming.discard(file)
        kind = inspector.type
        name = named(upload.name, kind)
        come = conversation.FinishUpload(by=by, file=file, name=name, type=kind.name, size=size)
        return await self._desk.dispatch(chat, come)

    async def give(self, chat: str, file: str) -> Download:
        """Return a file of a chat.

        Raises:
            NotFound: The chat has no such file.
        """
        state = await self._state(chat)
        if file not in {known.id for known in state.files}:
            state = await self._fresh(chat)
        for known in state.files:
            if known.id == file and known.type in TYPES:
                return Download(
                    name=known.name,
                    type=TYPES[known.type],
                    size=known.size,
                    chunks=self.files.get(file),
                )
        raise NotFound

    async def lapsed(self, chat: str) -> tuple[str, ...]:
        """Remove what has come of uploads that are over, and return which are gone for good."""
        state, gone = await self._state(chat), []
        for upload in state.uploads:
            if upload.lapses <= self._desk.clock.now():
                try:
                    await self.files.delete(upload.id)
                    gone.append(upload.id)
                except LivechatError as error:
                    logger.warning("what came of a file cannot be removed: %s", error.code)
        return tuple(gone)

    async def _looked_at(
        self, chunks: AsyncIterable[bytes], inspector: Inspector, upload: conversation.Upload
    ) -> AsyncGenerator[bytes, None]:
        """Pass a file on as long as it is of a type that is taken, and in time."""
        async for chunk in chunks:
            if self._desk.clock.now() >= upload.until:
                raise Rejected("upload_over")
            inspector.look(chunk)
            yield chunk
        inspector.look(b"", last=True)

    async def _fresh(self, chat: str) -> conversation.State:
        """Return a chat's state with what another process may have recorded a moment ago."""
        held = await self._desk.states.get(chat)
        await self._desk.states.outdated({chat: held.version})
        return await self._state(chat)

    async def _state(self, chat: str) -> conversation.State:
        state: conversation.State = await self._desk.view(chat)
        return state
