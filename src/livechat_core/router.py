"""The router: offers waiting chats to agents, oldest of the highest priority first (G8).

One round goes through all waiting chats in order of rank, whatever made it begin: a place that came
free, an agent who is back, a new chat, the sweep. So a newer chat is never served before an older
one that the same agents may serve.
"""

import logging

from . import conversation
from .conversation import Seat
from .desk import Desk
from .errors import Full, LivechatError, StoreError
from .floor import NO_QUEUE
from .rules import Assignment, Queue, WhenExhausted
from .streams import Command, Summary, id_of

logger = logging.getLogger("livechat_core")


class Router:
    """Finds an agent for each waiting chat.

    Args:
        desk: The desk, entered.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._floor = desk.index.floor

    async def route(self) -> None:
        """Go once through all waiting chats.

        Raises:
            StoreError: The store is in trouble; the next round tries again.
        """
        chats = self._floor.round()
        while (stream := chats.next()) is not None:
            chat = self._desk.index.get(stream)
            if chat is not None and not await self._serve(chat):
                chats.close_lane()

    async def _serve(self, chat: Summary) -> bool:
        """Find somebody for one chat; false if nobody can be found for its whole lane."""
        now = self._desk.clock.now()
        if chat.due_at is not None and chat.due_at <= now:
            return True  # it is over, or asks for a message: its own deadline comes first
        queue = self._desk.rules.queues.get(chat.queue or "", NO_QUEUE)
        if queue.assignment is not Assignment.OFFER:
            return await self._overflow(chat, queue)
        choice = self._floor.choose(chat, now)
        if choice.seat is not None:
            return await self._offer(chat, choice.seat, choice.why)
        if await self._overflow(chat, queue):
            return True
        if choice.exhausted:
            await self._all_asked(chat, queue)
        return choice.exhausted

    async def _offer(self, chat: Summary, seat: Seat, why: str, *, restart: bool = False) -> bool:
        offer = conversation.Offer(
            offer=f"{id_of(chat.stream)[:12]}.{chat.version}",
            seat=seat,
            restart=restart,
            why=why,
        )
        return await self._tell(chat, offer)

    async def _all_asked(self, chat: Summary, queue: Queue) -> None:
        """Do what the queue says of a chat that everybody has let pass (semantics.md section 4)."""
        then = queue.when_exhausted
        if then is not WhenExhausted.RESTART and self._floor.somebody_left(chat):
            return
        if then is WhenExhausted.LEAVE_MESSAGE:
            await self._tell(chat, conversation.GiveUp(reason="nobody_answered"))
            return
        if then is WhenExhausted.OVERFLOW and await self._go_on(chat, "nobody_took_it"):
            return
        now = self._desk.clock.now()
        if now >= chat.facts["tried_at"] + self._desk.rules.pass_pause:
            again = self._floor.choose(chat, now, afresh=True)
            if again.seat is not None:
                await self._offer(chat, again.seat, again.why, restart=True)

    async def _overflow(self, chat: Summary, queue: Queue) -> bool:
        """Send a chat on if its time here is over, or if nobody is here at all."""
        if not queue.overflow:
            return False
        now = self._desk.clock.now()
        after = queue.overflow_after
        waited_enough = after is not None and now >= chat.facts["queued_at"] + after
        if waited_enough:
            return await self._go_on(chat, "waited_too_long")
        nobody = self._floor.nobody(chat.queue or "", now)
        return nobody and await self._go_on(chat, "nobody_here")

    async def _go_on(self, chat: Summary, reason: str) -> bool:
        rules, now = self._desk.rules, self._desk.clock.now()
        target = self._floor.takes_over(chat.queue or "", now)
        if not target or chat.facts["overflows"] >= rules.overflow_depth:
            return False
        return await self._tell(chat, conversation.Overflow(queue=target, reason=reason))

    async def _tell(self, chat: Summary, command: Command) -> bool:
        """Dispatch a command; false if a limit of the whole queue or desk stands against it."""
        try:
            await self._desk.dispatch(chat.stream, command)
        except StoreError:
            raise
        except LivechatError as error:
            # The index was a hop late: the next round sees what is so now.
            logger.debug("%s of %s: %s", type(command).__name__, chat.stream, error.code)
            return not isinstance(error, Full)
        return True
