"""What the customer system shows of a customer, asked for beside the chat and never in its way.

A question goes on by itself and is given up after some seconds; who asks waits a moment at most and
asks again. So a slow customer system costs nobody anything, and a dead one is ``unavailable``.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

import anyio
import attrs

from .clock import within
from .ports import Clock, Customer, CustomerRecords, Erm, Record
from .rules import seconds

logger = logging.getLogger("livechat_core")

PATIENCE = seconds(0.1)
"""How long an asker waits; a file answers sooner."""
TIMEOUT = seconds(10)
FRESH = seconds(3)
"""How long an answer is given again, so that who comes back for it finds it."""
KEPT = 200
AT_ONCE = 4

Spawn: TypeAlias = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]


@attrs.define(eq=False)
class Asked:
    """A question and, when it is there, its answer.

    Args:
        at: When it was asked.
        state: ``loading``, ``ready`` or ``unavailable``.
        value: The answer.
        done: Set when it is no longer loading.
    """

    at: int
    state: str = "loading"
    value: Any = None
    done: anyio.Event = attrs.field(factory=anyio.Event)


class Pops:
    """Asks the customer system for what agents see beside a chat.

    Args:
        clock: Where time comes from.
        spawn: Runs a question beside everything else.
        records: The records, if there are any.
        erm: The customers, if there are any.
    """

    def __init__(
        self, clock: Clock, spawn: Spawn, records: CustomerRecords | None, erm: Erm | None
    ) -> None:
        self._clock = clock
        self._spawn = spawn
        self._records = records
        self._erm = erm
        self._asked: dict[tuple[str, str], Asked] = {}
        self._places = anyio.Semaphore(AT_ONCE)

    async def open(self, customer: str) -> tuple[str, Record | None]:
        """Return a customer's records: ``ready``, ``absent``, ``loading`` or ``unavailable``."""
        if self._records is None:
            return "unavailable", None
        asked = await self._ask(("open", customer), partial(self._records.open, customer))
        absent = asked.state == "ready" and asked.value is None
        return "absent" if absent else asked.state, asked.value

    async def search(self, email: str) -> tuple[str, Sequence[Customer]]:
        """Return the customers with an address: ``ready``, ``loading`` or ``unavailable``."""
        if self._erm is None:
            return "unavailable", ()
        asked = await self._ask(("search", email), partial(self._erm.search, email))
        return asked.state, asked.value or ()

    async def _ask(self, what: tuple[str, str], call: Callable[[], Awaitable[Any]]) -> Asked:
        asked, now = self._asked.get(what), self._clock.now()
        if asked is None or now - asked.at > (TIMEOUT if asked.state == "loading" else FRESH):
            asked = self._asked[what] = Asked(now)
            while len(self._asked) > KEPT:
                del self._asked[next(iter(self._asked))]
            self._spawn(partial(self._fetch, asked, call))
        if asked.state == "loading":
            await self._moment(asked)
        return asked

    async def _moment(self, asked: Asked) -> None:
        with suppress(TimeoutError):
            await within(self._clock, PATIENCE, asked.done.wait())

    async def _fetch(self, asked: Asked, call: Callable[[], Awaitable[Any]]) -> None:
        try:
            asked.value = await within(self._clock, TIMEOUT, self._in_turn(call))
            asked.state = "ready"
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything (G24)
            logger.warning("the customer system does not answer: %s", type(error).__name__)
            asked.state = "unavailable"
        asked.at = self._clock.now()
        asked.done.set()

    async def _in_turn(self, call: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        async with self._places:
            return await call()
