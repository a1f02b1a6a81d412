"""What staff see in their lists, made from summaries: one function per list, one item per row."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from .. import conversation, enquiry, visit
from ..enquiry import shown_name
from ..floor import NO_QUEUE
from ..index import Index
from ..rules import Assignment, Rules
from ..streams import Actor, Summary, id_of

Item: TypeAlias = dict[str, Any]

STATUS = {
    visit.Phase.BROWSING: "browsing",
    visit.Phase.INVITED: "invited",
    visit.Phase.LEFT: "left",
}

HAD = (conversation.Phase.ACTIVE, conversation.Phase.SNOOZED)
"""Phases of a chat that an agent has."""


class Lists:
    """Makes list items for one member of staff.

    Args:
        index: The live index.
        rules: Names of sites and queues.
        actor: Who looks; he sees the queues that he serves now, supervisors see all.
    """

    def __init__(self, index: Index, rules: Rules, actor: Actor) -> None:
        self._index = index
        self._rules = rules
        self._me = actor.id
        self._makers: dict[str, Callable[[Summary], Mapping[str, Item | None]]] = {
            "conversation": self._conversation,
            "visit": lambda summary: {"visitors": self._visitor(summary)},
            "enquiry": lambda summary: {"enquiries": self._enquiry(summary)},
            "ban": lambda summary: {"bans": self._ban(summary)},
        }

    def serves(self, queue: str | None) -> bool:
        """Tell whether this person may see a queue."""
        person = self._rules.staff.get(self._me)
        return person is not None and (person.supervisor or queue in person.queues)

    @property
    def queues(self) -> frozenset[str] | None:
        """The queues this person serves; none for a supervisor, who sees all."""
        person = self._rules.staff.get(self._me)
        if person is not None and person.supervisor:
            return None
        return frozenset(person.queues if person else ())

    def everything(self) -> Iterator[Summary]:
        """Yield all summaries of which lists are made."""
        for kind in self._makers:
            yield from tuple(self._index.all(kind))

    def items(self, summary: Summary) -> Mapping[str, Item | None]:
        """Return the item of each list that this summary belongs into, none where it does not."""
        maker = self._makers.get(summary.kind)
        return maker(summary) if maker else {}

    def snapshot(self) -> dict[str, list[Item]]:
        """Return all lists as they stand."""
        found: dict[str, list[Item]] = {
            name: [] for name in ("offers", "waiting", "mine", "visitors", "enquiries", "bans")
        }
        for summary in self.everything():
            for name, item in self.items(summary).items():
                if item is not None:
                    found[name].append(item)
        return found

    def _conversation(self, chat: Summary) -> Mapping[str, Item | None]:
        facts = chat.facts
        waits = chat.phase in conversation.WAITS and self.serves(chat.queue)
        asked = facts["offered_to"] == self._me
        mine = chat.phase in HAD and self._me in _people(chat)
        return {
            "waiting": self._waiting(chat) if waits else None,
            "offers": self._offer(chat) if asked else None,
            "mine": self._mine(chat) if mine else None,
        }

    def _chat(self, chat: Summary) -> Item:
        facts = chat.facts
        return {
            "key": chat.stream,
            "stream": chat.stream,
            "number": chat.number,
            "site": facts["site"],
            "site_name": self._site(facts["site"]),
            "queue": chat.queue,
            "queue_name": self._queue(chat.queue),
            "name": shown_name(facts["name"], signed_in=facts["signed_in"]),
            "email": facts["email"],
            "question": facts["question"],
            "page": facts["page"],
            "title": facts["title"],
            "location": facts["location"],
            "since": facts["since"],
            "segment": facts["segment"],
            "previous": facts["previous"],
            "sla_due": facts["sla_due"],
            "sla": facts["sla"],
        }

    def _waiting(self, chat: Summary) -> Item:
        name, asked = chat.queue or "", chat.facts["offered_to"]
        queue = self._rules.queues.get(name, NO_QUEUE)
        return {
            **self._chat(chat),
            "position": self._index.floor.places().get(chat.stream, 0),
            "priority": -chat.rank[0] if chat.rank else 0,
            "usual_wait": self._index.floor.usual_wait(name),
            "assignment": str(queue.assignment),
            "pick": self.queues is None or queue.pick or queue.assignment is not Assignment.OFFER,
            "offered_to": asked,
            "offered_to_name": self._person(asked),
        }

    def _offer(self, chat: Summary) -> Item:
        facts = chat.facts
        return {
            **self._chat(chat),
            "offer": facts["offer"],
            "until": facts["offer_until"],
            "kind": "transfer" if facts["owner"] else "chat",
            "from": facts["owner_name"],
            "comment": facts["offer_comment"],
        }

    def _mine(self, chat: Summary) -> Item:
        facts = chat.facts
        return {
            **self._chat(chat),
            "joined": facts["joined"],
            "contact": facts.get("contact", ""),
            "verify": self._to_verify(chat),
            "role": "owner" if facts["owner"] == self._me else "guest",
            "people": list(_people(chat).values()),
            "last_line": facts["last_line"],
            "unanswered_since": facts["unanswered_since"],
            "visitor_gone": facts["visitor_gone"],
            "transfer_to": facts["offered_to"],
            "snoozed_until": facts["snoozed_until"],
            "reminded": facts["reminded"],
        }

    def row(self, chat: Summary) -> Item:
        """Return the row of a chat in a view of the inbox (S3-12)."""
        facts = chat.facts
        return {
            **self._chat(chat),
            "phase": chat.phase,
            "owner": facts["owner"],
            "owner_name": facts["owner_name"],
            "people": list(_people(chat).values()),
            "tags": facts["tags"],
            "mentioned": facts["mentions"].get(self._me),
            "last_line": facts["last_line"],
            "unanswered_since": facts["unanswered_since"],
        }

    def _to_verify(self, chat: Summary) -> bool:
        """Tell whether the agent must verify the person first (S2-6)."""
        queue = self._rules.queues.get(chat.queue or "", NO_QUEUE)
        return queue.verify and not chat.facts.get("verified", False)

    def _visitor(self, stay: Summary) -> Item | None:
        if stay.phase not in visit.PRESENT:
            return None
        facts = stay.facts
        chat = self._index.get(facts["conversation"]) if facts["conversation"] else None
        return {
            "key": stay.stream,
            "stream": stay.stream,
            "visitor": id_of(stay.stream),
            "name": self._visitor_name(stay, chat),
            "site": facts["site"],
            "site_name": self._site(facts["site"]),
            "page": facts["page"],
            "title": facts["title"],
            "location": facts["location"],
            "browser": facts["browser"],
            "campaign": {name: said for name, said in facts["campaign"].items() if said},
            "seen_at": facts["seen_at"],
            "pages": facts["pages"],
            "status": self._status(stay, chat),
            "invited_by": facts["inviter_name"],
            "conversation": chat.stream if chat else "",
            "number": chat.number if chat else 0,
        }

    def _visitor_name(self, stay: Summary, chat: Summary | None) -> str:
        signed_in = bool(stay.facts["name"])
        typed = chat.facts["name"] if chat else ""
        return shown_name(stay.facts["name"] or typed, signed_in=signed_in)

    def _status(self, stay: Summary, chat: Summary | None) -> str:
        """Return one of the seven states of S0-43."""
        if chat is None or chat.phase not in conversation.OPEN:
            if stay.phase == visit.Phase.BROWSING and stay.facts["conversation"]:
                return "closed"
            return STATUS.get(visit.Phase(stay.phase), "browsing")
        if chat.phase in conversation.WAITS:
            return "in queue"
        return "waiting" if chat.facts["unanswered_since"] or chat.facts["offer"] else "chatting"

    def _enquiry(self, work: Summary) -> Item | None:
        if work.phase == enquiry.Phase.DROPPED or not self.serves(work.queue):
            return None
        chat = self._index.get(work.facts["conversation"])
        facts = work.facts
        names = (
            "ticket", "subject", "conversation", "facts", "text", "reference", "opened_at",
            "claimed_by", "claimed_by_name", "email",
            "looked_up", "matches", "customer", "customer_name", "step", "unknown", "failed",
            "failed_step",
        )  # fmt: skip
        return {
            "key": work.stream,
            "stream": work.stream,
            "number": chat.number if chat else _number(facts["reference"]),
            "phase": work.phase,
            "site_name": self._site(facts["site"]),
            "notices": self._notices(work.stream),
            **{name: facts[name] for name in names},
        }

    def _notices(self, stream: str) -> list[Item]:
        """Return what has not been delivered: owed again, unknown, or dead."""
        return [
            {"notifier": job.facts["target"], "phase": job.phase, "reason": job.facts["reason"]}
            for job in self._index.troubled(stream)
        ]

    def _ban(self, ban: Summary) -> Item | None:
        if ban.phase not in ("asked", "active"):
            return None
        names = ("visitor", "scope", "reason", "agent", "until")
        return {
            "key": ban.stream,
            "stream": ban.stream,
            "phase": ban.phase,
            **{name: ban.facts[name] for name in names},
        }

    def _person(self, agent: str) -> str:
        known = self._rules.staff.get(agent)
        return known.name if known else agent

    def _site(self, site: str) -> str:
        return self._rules.sites[site].name if site in self._rules.sites else site

    def _queue(self, queue: str | None) -> str:
        known = self._rules.queues.get(queue or "")
        return known.name if known else queue or ""


def _people(chat: Summary) -> Mapping[str, Item]:
    """Return who takes part in a chat, its owner first, and since when (S1-7)."""
    facts = chat.facts
    found = {guest["agent"]: guest for guest in facts["guests"]}
    if facts["owner"]:
        owner = {"agent": facts["owner"], "name": facts["owner_name"], "joined": facts["came"]}
        found = {facts["owner"]: owner, **found}
    return found


def _number(reference: str) -> int:
    digits = reference.removeprefix("Ref ").partition("-")[0]
    return int(digits) if digits.isdigit() else 0
