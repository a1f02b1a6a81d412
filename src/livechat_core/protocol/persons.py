"""Who is it? What staff may ask about the persons whom chats are with (S2-6 to S2-12, S3-34).

Contacts belong to no queue, so an agent comes to one through a chat or an enquiry that he may see:
he names it when he searches and when he opens a profile, and the contact keeps who looked at it and
why. From then on he may work with that contact. Supervisors need no reason.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from .. import contact, conversation
from ..contact import keys_of
from ..errors import Invalid, NotFound, Rejected
from ..persons import card, fitting, living, shown
from ..ports import Search
from ..service import Service
from ..streams import Query, Role, Summary, id_of, kind_of
from ..text import clean_email, clean_tag
from .staff import Colleague

Params = dict[str, Any]

MOST_FOUND = 20
MOST_CONVERSATIONS = 20
LONGEST = 200


class Persons:
    """Answers the queries about persons for one member of staff.

    Args:
        service: The running desk.
        caller: Who asks.
    """

    def __init__(self, service: Service, caller: Colleague) -> None:
        self._service = service
        self._desk = service.desk
        self._caller = caller

    # --- whom a chat is with -----------------------------------------------------------------

    async def of(self, params: Params) -> Params:
        """Say whom a chat is with, or may be with (S2-6, S2-10)."""
        stream = await self._chat(params)
        state: conversation.State = await self._desk.view(stream)
        queue = self._desk.rules.queues.get(state.queue)
        found = await fitting(self._desk, state)
        standing, known = "unknown", None
        if state.contact:
            standing = "verified" if state.verified else "chosen"
            name, person = await living(self._desk, state.contact)
            known = self._card(contact.summary(name, person))
        elif found:
            standing, known = "proposed", self._card(found[0].contact)
        return {
            "stream": stream,
            "standing": standing,
            "required": bool(queue and queue.verify),
            "said": {"name": state.name, "email": state.email, "phone": state.phone},
            "signed_in": state.signed_in,
            "contact": known,
            "matches": shown(found),
        }

    def _card(self, person: Summary) -> Params:
        """Return a contact with those custom fields that are shown in a chat (S1-15, S1-16)."""
        values = {**person.facts["said"], **person.facts["known"]}
        fields = [
            {"name": name, "title": field.title, "value": values.get(name, "")}
            for name, field in self._desk.rules.fields.items()
            if field.visible_in_chat
        ]
        return {**card(person), "fields": fields}

    # --- search ------------------------------------------------------------------------------

    async def search(self, params: Params) -> list[Params]:
        """Find persons by words, address, phone number or tag (S2-8)."""
        await self._reason(params)
        words, tag = _text(params, "words"), _text(params, "tag")
        email, phone = _text(params, "email"), _text(params, "phone")
        labels = keys_of(
            self._desk.rules.key, email=clean_email(email) if email else "", phone=phone
        )
        labels += (f"tag={clean_tag(tag)}",) if tag else ()
        if not (words or labels):
            raise Invalid("invalid_type", field="words", why="nothing to look for")
        found = await self._found(words, labels)
        return [card(person) for person in found]

    async def _found(self, words: str, labels: tuple[str, ...]) -> list[Summary]:
        store = self._desk.store
        if not words:
            query = Query(kind="contact", phases=("known",), labels=labels, newest=True)
            return [*await store.summaries(attrs.evolve(query, limit=MOST_FOUND))]
        search = Search(words=words, kind="contact", labels=labels, limit=MOST_FOUND)
        found: dict[str, Summary] = {}
        for row in await store.search(search):
            name, person = await living(self._desk, row.stream)
            if person.phase is contact.Phase.KNOWN:
                found[name] = contact.summary(name, person)
        return [*found.values()]

    # --- profile -----------------------------------------------------------------------------

    async def show(self, params: Params) -> Params:
        """Return all that is known of a person; who looks is recorded (S3-20, S3-34)."""
        stream, state, reason = await self._opened(params)
        await self._desk.dispatch(
            stream, contact.Open(agent=self._caller.actor.id, conversation=reason)
        )
        conversations = await self._conversations(stream, state)
        others = await self._others(state, {one["stream"] for one in conversations})
        return {
            **card(contact.summary(stream, state)),
            "location": state.value("location"),
            "facts": [attrs.asdict(fact) for fact in state.facts],
            "claims": [attrs.asdict(claim) for claim in state.claims],
            "fields": self._fields(state),
            "notes": [attrs.asdict(note) for note in state.notes],
            "changes": [attrs.asdict(change) for change in state.changes],
            "merged": [*state.absorbed],
            "conversations": conversations,
            "unverified_conversations": others,
            "visits": len({one["visitor"] for one in conversations}),
        }

    def _fields(self, state: contact.State) -> list[Params]:
        return [
            {
                "name": name,
                "title": field.title,
                "value": state.value(name),
                "verified": state.fact(name) is not None,
                "choices": [*field.choices],
                "visible_in_chat": field.visible_in_chat,
            }
            for name, field in self._desk.rules.fields.items()
        ]

    async def _conversations(self, stream: str, state: contact.State) -> list[Params]:
        """Return the person's conversations, the newest first, those of merged contacts too."""
        labels = [f"contact={id_of(name)}" for name in (stream, *state.absorbed)]
        return await self._labelled(labels)

    async def _others(self, state: contact.State, known: set[str]) -> list[Params]:
        """Return those in which the same was typed, but nobody has verified who it was (A21)."""
        labels = [key for key in state.found_by if not key.startswith("phone=")]
        return [one for one in await self._labelled(labels) if one["stream"] not in known]

    async def _labelled(self, labels: Iterable[str]) -> list[Params]:
        found: dict[str, Summary] = {}
        for label in labels:
            query = Query(
                kind="conversation", labels=(label,), newest=True, limit=MOST_CONVERSATIONS
            )
            found |= {one.stream: one for one in await self._desk.store.summaries(query)}
        newest = sorted(found.values(), key=lambda one: one.number, reverse=True)
        return [_row(chat) for chat in newest[:MOST_CONVERSATIONS]]

    # --- what the customer system has --------------------------------------------------------

    async def pop(self, params: Params) -> Params:
        """Return the records of the customer whom a chat was verified to be with (S2-11, S2-12).

        Raises:
            Rejected: ``not_verified``: an agent must verify the person first.
        """
        stream, state, reason = await self._opened(params)
        if not self._is_supervisor:
            await self._verified(reason, stream)
        told: Params = {
            "stream": stream,
            "customer": state.ref,
            "record": None,
            "matches": [],
            "changes": [attrs.asdict(change) for change in state.changes],
        }
        if state.ref:
            standing, record = await self._service.pops.open(state.ref)
            return {**told, "state": standing, "record": attrs.asdict(record) if record else None}
        email = state.value("email")
        standing, customers = await self._service.pops.search(email) if email else ("ready", ())
        told["matches"] = [attrs.asdict(customer) for customer in customers]
        return {**told, "state": "unlinked" if standing == "ready" else standing}

    async def _verified(self, chat: str, stream: str) -> None:
        if kind_of(chat) != "conversation":
            raise Rejected("not_verified")
        state: conversation.State = await self._desk.view(chat)
        if not state.verified or (await living(self._desk, state.contact))[0] != stream:
            raise Rejected("not_verified", contact=state.contact)

    # --- what may be named -------------------------------------------------------------------

    @property
    def _is_supervisor(self) -> bool:
        return self._caller.actor.role is Role.SUPERVISOR

    async def _opened(self, params: Params) -> tuple[str, contact.State, str]:
        """Return the contact that is named, and for whose sake it is looked at.

        Raises:
            NotFound: An agent names neither a chat of his nor a contact he has opened before.
        """
        named = _text(params, "stream")
        if kind_of(named) != "contact":
            raise NotFound
        stream, state = await living(self._desk, named)
        if state.phase is not contact.Phase.KNOWN:
            raise NotFound
        if not params.get("conversation"):
            if not self._is_supervisor and not state.opened_by(self._caller.actor.id):
                raise NotFound
            return stream, state, ""
        return stream, state, await self._reason(params)

    async def _reason(self, params: Params) -> str:
        """Return the chat or enquiry for whose sake an agent asks; supervisors need none."""
        named = _text(params, "conversation")
        if not named and self._is_supervisor:
            return ""
        if not named:
            raise Invalid("invalid_type", field="conversation", why="missing")
        if kind_of(named) not in ("conversation", "enquiry"):
            raise NotFound
        await self._caller.may_see(named)
        return named

    async def _chat(self, params: Params) -> str:
        named = _text(params, "stream")
        if kind_of(named) != "conversation":
            raise NotFound
        await self._caller.may_see(named)
        return named


def _row(chat: Summary) -> Params:
    facts = chat.facts
    return {
        "stream": chat.stream,
        "number": chat.number,
        "site": facts["site"],
        "queue": chat.queue,
        "phase": chat.phase,
        "begun_at": chat.begun_at,
        "question": facts["question"],
        "agent": chat.labelled("agent"),
        "visitor": facts["visitor"],
    }


def _text(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Invalid("invalid_type", field=name)
    return value
