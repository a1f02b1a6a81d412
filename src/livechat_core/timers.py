"""What is done when the time of a stream has come: most often its rules are asked what follows.

Some deadlines need the outside first: a file to be deleted before it is forgotten, pages to be
blanked, an announcement to be written, the connections of a dead process to be ended.
"""

import logging
from collections.abc import Awaitable, Callable

import attrs

from . import ban, conversation, enquiry, presence, process, visit
from .announcing import announce
from .attachments import Attachments
from .desk import Desk
from .errors import Full, LivechatError
from .privacy import carry_out
from .streams import Query, Summary, id_of

logger = logging.getLogger("livechat_core")


class Timers:
    """Does what is due with streams that are no jobs.

    Args:
        desk: The desk, entered.
        process: This process.
        attachments: Whose uploads may be over.
    """

    def __init__(self, desk: Desk, process_id: str, attachments: Attachments) -> None:
        self._desk = desk
        self._process = process_id
        self._attachments = attachments
        self._due: dict[str, Callable[[Summary], Awaitable[None]]] = {
            "conversation": self._chat,
            "presence": self._working,
            "enquiry": self._enquiry,
            "visit": self._visit,
            "ban": self._ban,
            "erasure": self._erasure,
            "process": self._process_lost,
        }

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of streams that are looked after here."""
        return frozenset(self._due)

    async def elapse(self, summary: Summary) -> None:
        """Do what is due; what fails is found again by the sweep."""
        try:
            await self._due[summary.kind](summary)
        except LivechatError as error:
            logger.warning("timer of %s: %s", summary.stream, error.code)

    async def _chat(self, chat: Summary) -> None:
        """Ask the rules; where a guard stands against what is due, they are told which."""
        removed = await self._attachments.lapsed(chat.stream)
        command = conversation.Elapse(removed=removed)
        try:
            await self._desk.dispatch(chat.stream, command)
        except Full as full:
            await self._desk.dispatch(chat.stream, attrs.evolve(command, full=full.guard))

    async def _working(self, working: Summary) -> None:
        await self._desk.dispatch(working.stream, presence.Elapse())

    async def _enquiry(self, work: Summary) -> None:
        """Ask the rules, or write the announcement of a ticket, which nobody is told of."""
        if work.facts["ticket"] and not work.facts["text"]:
            await announce(self._desk, work.stream)
        else:
            await self._desk.dispatch(work.stream, enquiry.Elapse())

    async def _visit(self, stay: Summary) -> None:
        """Ask the rules, once the pages of who took back his consent are blanked."""
        if stay.facts["removing"]:
            await self._desk.forget_pages(stay.stream)
        await self._desk.dispatch(stay.stream, visit.Elapse())

    async def _ban(self, imposed: Summary) -> None:
        await self._desk.dispatch(imposed.stream, ban.Elapse())

    async def _erasure(self, asked: Summary) -> None:
        await carry_out(self._desk, asked.stream)

    async def _process_lost(self, summary: Summary) -> None:
        """Lose the connections of a process that did not renew its lease, then stop it."""
        lost = id_of(summary.stream)
        if lost == self._process:
            return
        found = await self._desk.store.summaries(
            Query(kind="process", phases=("started",), due_before=self._desk.clock.now())
        )
        if summary.stream not in {one.stream for one in found}:
            return
        labelled = Query(kind="presence", labels=(f"process={lost}",))
        for working in await self._desk.store.summaries(labelled):
            await self._desk.dispatch(working.stream, presence.ProcessLost(process=lost))
        await self._desk.dispatch(summary.stream, process.Elapse())
