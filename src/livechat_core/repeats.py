"""Repeats: the answer that a command of a client got before, found by the cause it was kept with.

A commit carries which command of which client it answers. When the same command comes again, after
a lost answer or a restart, it gets the first one's result and changes nothing (G3).
"""

from hashlib import blake2b
from typing import Any

import attrs

from .codec import dumps
from .ports import Store
from .states import States
from .streams import Cause, Command, Commit


@attrs.frozen(kw_only=True)
class Ack:
    """The answer to a command, given only after its commit.

    Args:
        stream: The stream the command named or began.
        seq: Version of the first event it caused there; 0 if nothing had to be done.
        number: The stream's public number.
        at: When it was decided.
    """

    stream: str
    seq: int
    number: int
    at: int

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"stream": self.stream, "seq": self.seq, "number": self.number, "at": self.at}


class Repeats:
    """Knows which commands were answered before.

    Args:
        store: Where the causes are kept.
        states: For the streams' numbers.
        key: Secret for the digests of commands.
    """

    def __init__(self, store: Store, states: States, key: bytes) -> None:
        self._store = store
        self._states = states
        self._key = blake2b(key).digest()

    def cause(self, stream: str, command: Command, client_id: str) -> Cause:
        """Return what a commit that answers this command is kept with."""
        content = dumps((type(command).__name__, command))
        digest = blake2b(content, key=self._key, digest_size=16).hexdigest()
        return Cause(stream=stream, actor=command.by.label, id=client_id, digest=digest)

    async def known(self, cause: Cause | None) -> Ack | None:
        """Return the answer that a command with this cause got before, if it did."""
        if cause is None:
            return None
        committed = await self._store.commit(Commit(cause=cause))
        if committed.repeated is None:
            return None
        return await self.answered(cause.stream, committed.repeated[0])

    async def answered(self, stream: str, version: int) -> Ack:
        """Return the answer that a command got when its event was recorded."""
        self._states.drop((stream,))
        held = await self._states.get(stream)
        row, *_ = await self._store.load(stream, version - 1)
        return Ack(stream=stream, seq=version, number=held.number, at=row.at)
