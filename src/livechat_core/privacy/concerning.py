"""What concerns one person: the streams in which he stands."""

from collections.abc import Iterable

import attrs

from .. import contact, conversation, erasure
from ..desk import Desk
from ..errors import NotFound
from ..streams import Query, Summary, id_of, kind_of

PAGE = 200


@attrs.define
class Concerning:
    """The streams that concern a person, by kind, each once and in the order they were found."""

    contacts: dict[str, None] = attrs.field(factory=dict)
    visits: dict[str, None] = attrs.field(factory=dict)
    conversations: dict[str, Summary] = attrs.field(factory=dict)
    enquiries: dict[str, Summary] = attrs.field(factory=dict)
    jobs: dict[str, Summary] = attrs.field(factory=dict)
    bans: dict[str, Summary] = attrs.field(factory=dict)

    @property
    def streams(self) -> tuple[str, ...]:
        """All of them; what others are found by comes last."""
        return (
            *self.jobs,
            *self.bans,
            *self.enquiries,
            *self.conversations,
            *self.visits,
            *self.contacts,
        )


async def concerning(desk: Desk, subject: str) -> Concerning:
    """Return all streams that concern the person of a contact or of a visit.

    A browser may have had several users: of the chats begun in it, those that belong to another
    contact are left out when a contact is asked for. Whoever asks for a visit means the browser.

    Args:
        desk: The desk, entered.
        subject: A stream ``contact/...`` or ``visit/...``.

    Raises:
        NotFound: There is no such person or visit.
    """
    if kind_of(subject) not in erasure.SUBJECTS or not (await desk.states.get(subject)).version:
        raise NotFound
    found = Concerning()
    if kind_of(subject) == "contact":
        await _contacts(desk, subject, found)
        await _chats_of_contacts(desk, found)
    else:
        found.visits[subject] = None
    await _chats_of_visits(desk, found, anybody=not found.contacts)
    await _around(desk, found)
    return found


async def _contacts(desk: Desk, subject: str, found: Concerning) -> None:
    """Find the contact that answers for this one, and all that were merged into it."""
    open_ends = [subject]
    while open_ends:
        name = open_ends.pop()
        if name in found.contacts:
            continue
        found.contacts[name] = None
        state: contact.State = await desk.view(name)
        open_ends += [name for name in (state.into, *state.absorbed) if name]
        merged = Query(kind="contact", labels=(f"into={id_of(name)}",))
        open_ends += [one.stream for one in await every(desk, merged)]


async def _chats_of_contacts(desk: Desk, found: Concerning) -> None:
    for name in found.contacts:
        state: contact.State = await desk.view(name)
        persons = [key for key in state.found_by if key.startswith("person=")]
        for label in (f"contact={id_of(name)}", *persons):
            await _take(desk, Query(kind="conversation", labels=(label,)), found.conversations)
        for label in persons:
            for visit in await every(desk, Query(kind="visit", labels=(label,))):
                found.visits[visit.stream] = None
        for stream in sorted(await _named(desk, name) - set(found.conversations)):
            known: conversation.State = await desk.view(stream)
            if known.phase is not conversation.Phase.NEW and known.contact in ("", name):
                summary = desk.states.decider(stream).summary(stream, known)
                found.conversations[stream] = summary
    for chat in found.conversations.values():
        found.visits[f"visit/{chat.facts['visitor']}"] = None


async def _named(desk: Desk, stream: str) -> set[str]:
    """Return the chats in which something was said about a person, or that were his."""
    chats: set[str] = set()
    for _, event in await desk.history(stream):
        match event:
            case contact.Claimed(claims=claims) | contact.Passed(claims=claims):
                chats.update(claim.source for claim in claims)
            case contact.Attached(conversation=chat):
                chats.add(chat)
            case _:
                pass
    return {chat for chat in chats if kind_of(chat) == "conversation"}


async def _chats_of_visits(desk: Desk, found: Concerning, *, anybody: bool) -> None:
    for visit in found.visits:
        label = f"visitor={id_of(visit)}"
        for chat in await every(desk, Query(kind="conversation", labels=(label,))):
            said_who = chat.labelled("contact") or chat.facts["email"]
            if anybody or not said_who:
                found.conversations[chat.stream] = chat
        await _take(desk, Query(kind="ban", labels=(label,)), found.bans)


async def _around(desk: Desk, found: Concerning) -> None:
    """Find the enquiries that chats led to, and the calls that any of all this has caused."""
    for chat in found.conversations:
        await _take(desk, Query(kind="enquiry", labels=(f"conversation={chat}",)), found.enquiries)
    for stream in (*found.contacts, *found.visits, *found.conversations, *found.enquiries):
        await _take(desk, Query(kind="job", labels=(f"subject={stream}",)), found.jobs)


async def _take(desk: Desk, query: Query, into: dict[str, Summary]) -> None:
    for summary in await every(desk, query):
        into[summary.stream] = summary


async def every(desk: Desk, query: Query) -> list[Summary]:
    """Return all summaries that match, asked for page by page."""
    query = attrs.evolve(query, limit=PAGE)
    found: list[Summary] = []
    while page := await desk.store.summaries(query):
        found += page
        query = attrs.evolve(query, past=page[-1])
    return found


def still_open(found: Concerning, phases: Iterable[str]) -> tuple[str, ...]:
    """Return the chats that are in one of these phases."""
    wanted = frozenset(phases)
    return tuple(name for name, chat in found.conversations.items() if chat.phase in wanted)
