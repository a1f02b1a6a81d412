"""Random stories in which everything said has a mark: what reaches a visitor, and what must not.

Three visitors on two sites and four people at work do whatever the registry lets anybody do, with
whatever streams there are, their own or not. Each visitor writes his own mark into all he types;
staff write another one into all that is internal. Whatever a visitor is told (answers, refusals,
pushes, mails) is read for marks that are not his. A command that is added to the registry takes
part by itself.
"""

import asyncio
import json
import random
import secrets
from collections import Counter
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar
from unittest import mock

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from livechat_core import access
from livechat_core.access import Access, Target
from livechat_core.codec import schema
from livechat_core.plugins import Plugins
from livechat_core.rules import CustomField, seconds
from livechat_core.settings import Settings
from livechat_core.streams import Audience, Query, Role
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock

T = TypeVar("T")

INTERNAL = "zzinternal"
MARKS = ("zzvisitor0", "zzvisitor1", "zzvisitor2")
SITES = ("performances", "drumstory", "performances")
STAFF = ("ana", "ben", "eve", "sam")
PLENTY = attrs.evolve(
    RULES,
    staff={name: attrs.evolve(one, capacity=9) for name, one in RULES.staff.items()},
    fields={"shoe_size": CustomField(title="Shoe size")},
    offer_timeout=seconds(300),
)
LEFT_OUT = ("erasure.ask", "erasure.remove_copy", "presence.set_capacity", "visit.sign_off")
"""What ends the story, or names nothing that could be marked."""
USUAL = (
    *("conversation.start", "conversation.post", "conversation.follow") * 3,
    *("serve", "inside", "inside", "settle", "miss") * 3,
    *("conversation.leave_message", "conversation.history", "enquiry.claim"),
    *("wait", "close", "away", "reload"),
)
"""What happens often at a desk; else hardly a chat would come about."""
INSIDE = (
    *("note", "tag", "transfer", "post", "whisper", "look_on", "join", "verify_contact"),
    *("record_outcome", "make_ticket", "snooze", "assign", "leave"),
)
"""What staff do in a chat that one of them has."""
ALL = tuple(sorted({*access.COMMANDS, *access.QUERIES} - set(LEFT_OUT)))
PUBLIC = ("conversation.post", "enquiry.reply")
"""What staff write for the visitor."""
picks = st.integers(0, 99_999)


class CanaryWalk(RuleBasedStateMachine):
    """One story."""

    done: ClassVar[Counter[str]] = Counter()
    told: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.names = mock.patch.object(secrets, "token_bytes", random.Random(1).randbytes)  # noqa: S311
        self.names.start()
        clock = SceneClock()
        store = Plugins(entry_points=False).store(Settings(), clock)
        self.scene = Scene(store, rules=PLENTY, clock=clock)
        self.run(self.scene.__aenter__())
        self.count = 0
        self.ids: Counter[str] = Counter()
        self.heard: list[list[str]] = [[], [], []]
        self.seen: list[dict[str, dict[int, str]]] = [{}, {}, {}]
        self.said: list[tuple[str, str]] = []
        for mark in MARKS:
            self.scene.outside.erm.add(f"{mark}@customer.example", name=f"{INTERNAL} {mark}")
        self.visitors = [self.run(self.come(place)) for place in range(3)]
        self.staff = [self.run(self.scene.staff(name)) for name in STAFF]
        for client in self.staff:
            self.run(client.call("presence.set_status", id=self.id(client), status="available"))

    async def come(self, place: int, token: str = "") -> Client:
        mark = MARKS[place]
        headers = {"x-name": mark, "x-email": f"{mark}@customer.example"} if place == 2 else {}
        return await self.scene.visitor(
            SITES[place], token=token, url=f"https://shop.example/{mark}", headers=headers
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def id(self, client: Client) -> str:
        """Return a client's next id for a command; other clients use the same ones (M2)."""
        self.count += 1
        who = client.session.caller.actor.label  # type: ignore[union-attr]
        self.ids[who] += 1
        return f"command-{self.ids[who]:04}"

    @rule(method=st.sampled_from(USUAL), pick=picks)
    def something_usual(self, method: str, pick: int) -> None:
        self.happens(method, pick)

    @rule(method=st.sampled_from(USUAL), pick=picks)
    def something_usual_again(self, method: str, pick: int) -> None:
        self.happens(method, pick)

    @rule(method=st.sampled_from(ALL), pick=picks)
    def something_happens(self, method: str, pick: int) -> None:
        self.happens(method, pick)

    def happens(self, method: str, pick: int) -> None:
        if method in access.COMMANDS or method in access.QUERIES:
            self.run(self.act(access.find(method), pick))
        else:
            self.run(getattr(self, method)(pick))
        self.look()

    async def act(self, entry: Access, pick: int, agent: str = "", chat: str = "") -> None:
        visits = Role.VISITOR in entry.roles and (Role.AGENT not in entry.roles or pick % 2)
        visits = visits and not agent
        place = pick % 3
        agent = agent or STAFF[pick // 3 % len(STAFF)]
        if visits and self.visitors[place].session.caller is None:
            await self.reload(place)
        client = self.visitors[place] if visits else self.staff[STAFF.index(agent)]
        mark = MARKS[place] if visits else INTERNAL
        stream = chat or await self.stream(entry, pick, client, visits=bool(visits))
        params = await self.params(entry, pick, client, mark, stream)
        try:
            answer = await client.do(entry.method, **params)
        except Refused as refused:
            # Most refusals are fine, but nobody uses an id of his own twice.
            fine = refused.facts["http"] < 500 and refused.code != "client_id"
            assert fine, refused  # noqa: PT017 - it may be accepted
            answer = refused.facts
        else:
            self.done[entry.method] += 1
            if entry.method == "conversation.post":
                self.said.append((str(params["stream"]), str(params["text"])))
        if visits:
            self.heard[place].append(json.dumps(answer))
            if entry.method == "conversation.follow" and "events" in answer:
                self.note(place, str(params["stream"]), answer)

    async def params(
        self, entry: Access, pick: int, client: Client, mark: str, stream: str
    ) -> dict[str, Any]:
        found: dict[str, Any] = {"stream": stream} if stream else {}
        if entry.command is not None:
            found["id"] = self.id(client)
            for name, field in schema(entry.command).items():
                if field.required or pick % 5:
                    state = await self.scene.desk.view(stream) if stream else None
                    text = self.text(entry, mark)
                    found[name] = (await self.values(state, mark, pick)).get(
                        name, _plain(field.type, name, text, pick)
                    )
        elif entry.method == "conversation.type":
            found |= {"typing": True} if mark == INTERNAL else {"typing": True, "text": mark}
        elif "search" in entry.method:
            found |= {"words": mark}
        return {name: value for name, value in found.items() if value is not None}

    async def stream(self, entry: Access, pick: int, client: Client, *, visits: bool) -> str:
        """Return a stream to name: often the own chat, else any of its kind."""
        named = entry.command is None or entry.target in (Target.NAMED, Target.NAMED_OR_BEGUN)
        if not named or entry.kind in ("desk", "presence"):
            return ""
        if entry.target is Target.NAMED_OR_BEGUN and pick % 3:
            return ""
        chat = self.scene.desk.index.chat_of(client.session.caller.actor.id) if visits else None  # type: ignore[union-attr]
        if chat is not None and entry.kind == "conversation" and pick % 4:
            return chat.stream
        known = await self.scene.store.summaries(Query(kind=entry.kind))
        return known[pick % len(known)].stream if known else ""

    def text(self, entry: Access, mark: str) -> str:
        public = entry.method in PUBLIC and mark == INTERNAL
        return f"Hello {self.count}" if public else f"{mark} {self.count}"

    async def values(self, state: Any, mark: str, pick: int) -> dict[str, Any]:
        """Return what is typed into fields that need more than a text or a number."""
        contacts = await self.scene.store.summaries(Query(kind="contact"))
        contact = contacts[pick % len(contacts)].stream if contacts else "contact/none"
        return {
            "site": SITES[pick % 3],
            "queue": ("", "sales")[pick % 2],
            "email": f"{mark}@customer.example",
            "phone": "+49 341 123456",
            "fields": {"shoe_size": mark},
            "page": f"https://shop.example/{mark}",
            "pages": [{"site": "performances", "url": f"https://shop.example/{mark}"}],
            "offer": state.ask.id if getattr(state, "ask", None) else "none",
            "agent": STAFF[pick % 4],
            "to": STAFF[pick % 4],
            "mentions": [STAFF[pick % 4]],
            "status": ("available", "busy")[pick % 2],
            "outcome": "",
            "until": self.scene.clock.now() + seconds(600),
            "due_at": self.scene.clock.now() + seconds(600),
            "topic": "saved_reply",
            "scope": "chat",
            "visitor": getattr(state, "visitor", "nobody"),
            "contact": contact,
            "into": contact,
            "ref": str(pick % 3 + 1),
            "values": None,
            "field": "company",
            "former": "",
        }

    # --- what else happens -----------------------------------------------------------------------

    async def settle(self, _: int) -> None:
        await self.scene.settle()

    async def wait(self, pick: int) -> None:
        await self.scene.wait((1, 10, 70, 400)[pick % 4])

    async def away(self, pick: int) -> None:
        """Be without a connection, until the next thing one does."""
        await self.visitors[pick % 3].close()

    async def miss(self, pick: int) -> None:
        """Be away for more than a minute while an agent says something."""
        await self.away(pick)
        await self.in_a_chat("post", pick)
        await self.scene.wait(70)
        await self.reload(pick)

    async def reload(self, pick: int) -> None:
        """Come back with what one has seen, and ask for the rest (G20)."""
        place = pick % 3
        old = self.visitors[place]
        await old.close()
        client = self.visitors[place] = await self.come(place, old.welcome["token"])
        self.heard[place].append(json.dumps(client.welcome))
        if client.welcome["visitor"] != old.welcome["visitor"]:
            self.seen[place] = {}  # his token was taken back: he is somebody else now
        for stream, known in self.seen[place].items():
            after = max(known, default=0)
            answer = await client.call("conversation.follow", stream=stream, after=after)
            self.note(place, stream, answer)

    async def serve(self, pick: int) -> None:
        """Take a chat as the one who is asked."""
        await self.scene.settle()
        chats = [one for one in self.scene.desk.index.all("conversation") if one.facts["offer"]]
        if chats:
            chat = chats[pick % len(chats)]
            accept = access.find("conversation.accept")
            await self.act(accept, pick * 5 + 1, chat.facts["offered_to"], chat.stream)

    async def inside(self, pick: int) -> None:
        """Do what is done in a chat by the one who has it, or by the supervisor."""
        await self.in_a_chat(INSIDE[pick % len(INSIDE)], pick // len(INSIDE) * 5 + 1)

    async def close(self, pick: int) -> None:
        """End a chat, so that another one can begin."""
        await self.in_a_chat("close", pick * 5 + 1)

    async def in_a_chat(self, what: str, pick: int) -> None:
        chats = [one for one in self.scene.desk.index.all("conversation") if one.facts["owner"]]
        if chats:
            chat, entry = chats[pick % len(chats)], access.find(f"conversation.{what}")
            others = what in ("join", "leave") or Role.AGENT not in entry.roles
            await self.act(entry, pick, "sam" if others else chat.facts["owner"], chat.stream)

    # --- what must hold --------------------------------------------------------------------------

    def note(self, place: int, stream: str, answer: dict[str, Any]) -> None:
        """Keep which events of his chat a visitor has been told of."""
        known = self.seen[place].setdefault(stream, {})
        known.update({event["seq"]: event["type"] for event in answer["events"]})

    def look(self) -> None:
        """Read all that was told to visitors since, and the mails they got."""
        for place, client in enumerate(self.visitors):
            for frame in client.pushed:
                self.told[frame["method"]] += 1
                self.heard[place].append(json.dumps(frame))
                if frame["method"] == "event" and frame["params"]["stream"] in self.seen[place]:
                    event = frame["params"]
                    self.seen[place][event["stream"]][event["seq"]] = event["type"]
            client.pushed.clear()
        for mail in self.scene.outside.mailer.sent:
            for place, mark in enumerate(MARKS):
                if mail.to.startswith(mark):
                    self.told["mail"] += 1
                    self.heard[place].append(f"{mail.subject}\n{mail.text}")
        self.scene.outside.mailer.sent.clear()
        for place, texts in enumerate(self.heard):
            foreign = {INTERNAL, *MARKS} - {MARKS[place]}
            for text in texts:
                lower = text.casefold()
                assert not any(mark in lower for mark in foreign), text
            texts.clear()

    def teardown(self) -> None:
        if not hasattr(self, "runner"):
            return
        try:
            self.run(self.end())
        finally:
            self.names.stop()
            self.runner.close()

    async def end(self) -> None:
        """What was acknowledged is there, and who reloads has seen all that he may see."""
        for place in range(3):
            await self.reload(place)
        await self.scene.settle()
        self.look()
        for stream, text in self.said:
            history = await self.scene.desk.history(stream)
            assert text in [getattr(event, "text", None) for _, event in history], (stream, text)
        for place in range(3):
            for stream, known in self.seen[place].items():
                rows = await self.scene.desk.history(stream)
                public = {
                    row.version: type(event).__name__
                    for row, event in rows
                    if event.audience is Audience.PUBLIC
                }
                assert known == public, (stream, known, public)


def _plain(kind: Any, name: str, text: str, pick: int) -> Any:
    if kind is bool:
        return bool(pick % 2)
    if kind is int:
        return 1 + pick % 3 if name == "value" else pick % 3
    return text if kind is str else None
