"""How long anything is kept: what is over for long enough is removed whole (security.md 12).

A removed stream leaves its place in the journal and a tombstone. A contact is blanked instead: a
name that was removed never begins again, and the person may come back.
"""

import logging

import attrs

from .. import conversation, enquiry, job, visit
from ..blanking import remove_files
from ..desk import Desk
from ..errors import LivechatError
from ..ports import Forgetting
from ..rules import seconds
from ..streams import Erased, Query, Summary, id_of
from .concerning import PAGE, every

logger = logging.getLogger("livechat_core")

EVERY = seconds(3600)
AT_ONCE = 500
"""Streams of one kind that a sweep removes at most."""
_SETTLED = (str(job.Phase.DONE), str(job.Phase.DROPPED))


class Retention:
    """Removes what has been kept for long enough.

    Args:
        desk: The desk, entered.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._swept: int | None = None

    async def sweep(self) -> None:
        """Look after all kinds, at most once an hour."""
        now = self._desk.clock.now()
        if self._swept is not None and now < self._swept + EVERY:
            return
        self._swept = now
        for look in (self.conversations, self.visits, self.jobs, self.contacts):
            try:
                await look()
            except LivechatError as error:
                logger.warning("retention: %s", error.code)

    async def conversations(self) -> None:
        """Remove closed chats, with the enquiries and the calls that came of them."""
        kept = self._desk.rules.keep_conversations
        for chat in await self._over("conversation", (str(conversation.Phase.CLOSED),), kept):
            label = f"conversation={chat.stream}"
            work = await every(self._desk, Query(kind="enquiry", labels=(label,)))
            if all(one.phase in enquiry.OVER for one in work):
                await self._remove(chat, *work)

    async def visits(self) -> None:
        """Remove visits that have ended, when no chat of theirs is kept any more."""
        kept = self._desk.rules.keep_visits
        for stay in await self._over("visit", (str(visit.Phase.LEFT),), kept):
            label = f"visitor={id_of(stay.stream)}"
            query = Query(kind="conversation", labels=(label,), limit=1)
            if not await self._desk.store.summaries(query):
                await self._remove(stay)

    async def jobs(self) -> None:
        """Remove finished calls; what they have left outside is known to the chat or enquiry."""
        for call in await self._over("job", _SETTLED, self._desk.rules.keep_jobs):
            await self._desk.store.forget(Forgetting(whole=(call.stream,)))
            self._desk.states.drop((call.stream,))

    async def contacts(self) -> None:
        """Blank contacts of whom no chat is kept any more."""
        kept = self._desk.rules.keep_conversations
        for person in await self._over("contact", ("known", "merged"), kept):
            label = f"contact={id_of(person.stream)}"
            query = Query(kind="conversation", labels=(label,), limit=1)
            last = await self._desk.history(person.stream, person.version - 1)
            blank = bool(last) and isinstance(last[-1][1], Erased)
            if not blank and not await self._desk.store.summaries(query):
                await self._desk.forget((person.stream,))

    async def _over(self, kind: str, phases: tuple[str, ...], kept: int) -> list[Summary]:
        """Return what has not changed for as long as it is kept, oldest first."""
        found: list[Summary] = []
        query = Query(kind=kind, phases=phases, limit=PAGE)
        limit = self._desk.clock.now() - kept
        while kept and len(found) < AT_ONCE:
            page = await self._desk.store.summaries(query)
            for summary in page:
                rows = await self._desk.store.load(summary.stream, summary.version - 1)
                if rows and rows[-1].at > limit:
                    return found
                found.append(summary)
            if len(page) < PAGE:
                return found
            query = attrs.evolve(query, past=page[-1])
        return found

    async def _remove(self, *summaries: Summary) -> None:
        """Remove streams with the calls made for them, files first."""
        streams = [summary.stream for summary in summaries]
        for stream in tuple(streams):
            await remove_files(self._desk.files, await self._desk.view(stream))
            calls = Query(kind="job", labels=(f"subject={stream}",))
            streams += [call.stream for call in await every(self._desk, calls)]
        await self._desk.store.forget(Forgetting(whole=tuple(streams)))
        self._desk.states.drop(streams)
        for summary in summaries:
            gone = attrs.evolve(summary, phase="removed", version=summary.version + 1)
            self._desk.index.apply(gone)
