"""A visitor of a scripted desk, and his chat."""

from typing import TypedDict, Unpack

from livechat_core import conversation, visit
from livechat_core.ports import Request
from livechat_core.protocol.arrivals import guest_of
from livechat_core.rules import SECOND
from livechat_core.streams import Actor, Event, Role
from livechat_core.testing.desk import Client

from .person import Person
from .stage import Stage

HEADERS = ("name", "email", "owner")


class Guest(TypedDict, total=False):
    """What may be known of a visitor.

    Keys:
        language: What he reads, ``fr``.
        email: His address.
        signed_in: The host vouches for name and address.
        owner: The agent whose customer he is, as the host says; he is signed in then.
        address: His network address.
    """

    language: str
    email: str
    signed_in: bool
    owner: str
    address: str


class Visitor(Person):
    """A visitor: what he does, and how his last chat stands.

    Args:
        stage: The desk.
        name: Who he is.
        site: The site whose pages he reads.
        guest: What else is known of him.
    """

    def __init__(self, stage: Stage, name: str, *, site: str, **guest: Unpack[Guest]) -> None:
        super().__init__(stage, name, _request(name, guest))
        self.email = guest.get("email", "")
        self.site = site
        self.stream = f"visit/{name}"
        self.chat = ""
        self._language = guest.get("language", "")
        self._token = f"token-of-{name}"
        self._page = {"site": site, "url": f"https://{site}.example/", "title": site.title()}

    # --- what he does ------------------------------------------------------------------------

    def starts(self, *, queue: str = "", question: str = "Hello?") -> None:
        """Start a chat.

        Raises:
            Refused: ``nobody_available``, ``full``, ``banned`` and others.
        """
        told = {"site": self.site, "queue": queue, "question": question}
        with self._stage.at_once():
            ack = self._does("conversation.start", name=self.name.title(), email=self.email, **told)
            self.chat = ack["stream"]
            self._stage.run(self._follow(self.window, 0))

    def says(self, text: str) -> None:
        """Write a line in the chat."""
        self._does("conversation.post", stream=self.chat, text=text)

    def leaves_message(self, text: str, *, email: str, queue: str = "") -> None:
        """Leave a message: instead of waiting on in the chat, or without one."""
        told = {"site": self.site, "queue": queue, "email": email, "question": text}
        waits = self.phase in conversation.OPEN
        ack = self._does("conversation.leave_message", stream=self.chat if waits else "", **told)
        self.chat = ack["stream"]

    def closes(self) -> None:
        """End the chat."""
        self._does("conversation.close", stream=self.chat)

    def reopens(self) -> None:
        """Go on with the chat after its end."""
        self._does("conversation.reopen", stream=self.chat)

    # --- how his chat stands -----------------------------------------------------------------

    @property
    def state(self) -> conversation.State:
        """The state of the last chat, for what has no word here."""
        if not self.chat:
            return conversation.State()
        state: conversation.State = self._stage.run(self._stage.desk.view(self.chat))
        return state

    @property
    def phase(self) -> str:
        """``waiting``, ``offered``, ``active``, ``message_left``, ``closed``; ``new`` before."""
        return str(self.state.phase)

    @property
    def owner(self) -> str:
        """The agent who has the chat, empty if nobody has it."""
        owner = self.state.owner
        return owner.agent if owner else ""

    @property
    def queue(self) -> str:
        """The queue of the chat."""
        return self.state.queue

    @property
    def position(self) -> int:
        """The place in the line, from 1; 0 if the chat does not wait."""
        return self._stage.desk.index.floor.places().get(self.chat, 0)

    @property
    def wait(self) -> float | None:
        """How long the chat may have to wait still, in seconds, as he is told; none if unknown."""
        chat = self._stage.desk.index.get(self.chat)
        found = self._stage.scene.service.board.wait(chat) if chat else None
        return None if found is None else found / SECOND

    @property
    def offered_to(self) -> str:
        """The agent who is asked to take the chat now, empty if nobody is."""
        ask = self.state.ask
        return ask.seat.agent if ask else ""

    @property
    def reason(self) -> str:
        """Why the chat is over, empty if it goes on."""
        left = [event for event in self.events if isinstance(event, conversation.MessageLeft)]
        return self.state.closed_reason or (left[-1].reason if left else "")

    @property
    def events(self) -> list[Event]:
        """What happened to the chat, as recorded."""
        if not self.chat:
            return []
        return [event for _, event in self._stage.run(self._stage.desk.history(self.chat))]

    @property
    def story(self) -> list[str]:
        """The names of what happened to the chat, in order: ``Started``, ``Offered`` and so on."""
        return [type(event).__name__ for event in self.events]

    @property
    def why(self) -> str:
        """Why the agent was asked who was asked last; why nobody is, while the chat waits."""
        chat = self._stage.desk.index.get(self.chat)
        if chat is not None and chat.phase == conversation.Phase.WAITING:
            return self._stage.desk.index.floor.choose(chat, self._stage.clock.now()).why
        offers = [event.why for event in self.events if isinstance(event, conversation.Offered)]
        return offers[-1] if offers else ""

    def explain(self) -> dict[str, str]:
        """Return of every agent of the queue why he would be asked or not, in that order."""
        chat = self._stage.desk.index.get(self.chat)
        if chat is None:
            return {}
        found = self._stage.desk.index.floor.explain(chat, self._stage.clock.now())
        return {verdict.agent: verdict.why for verdict in found}

    # --- his windows -------------------------------------------------------------------------

    async def _open(self, *, comes: bool) -> None:
        if not self._frames and not self._windows:
            await self._arrive()
        told = {"page": self._page, "language": self._language, "token": self._token}
        client = await self._opened(**{"as": "visitor", **told})
        if client.welcome["conversation"]:
            self.chat = client.welcome["conversation"]["stream"]
            await self._follow(client, self._heard())

    def _heard(self) -> int:
        """Return the last event of the chat that he was told of."""
        told = (frame["params"] for frame in self._frames if frame["method"] == "event")
        return max((one["seq"] for one in told if one["stream"] == self.chat), default=0)

    async def _arrive(self) -> None:
        """Begin the visit under his own name: a new one would have a name made by chance."""
        desk, service = self._stage.desk, self._stage.scene.service
        guest = await guest_of(service, self._request, self._token)
        arrive = visit.Arrive(
            by=Actor(role=Role.VISITOR, id=self.name),
            page=visit.Page(at=0, **self._page),
            language=self._language,
            guest=guest,
        )
        await desk.dispatch(self.stream, arrive)

    async def _follow(self, client: Client, after: int) -> None:
        """Hear of the chat; what happened before is told as if it was pushed."""
        found = await client.call("conversation.follow", stream=self.chat, after=after)
        self._frames += [{"method": "event", "params": event} for event in found["events"]]


def _request(name: str, guest: Guest) -> Request:
    """Return what the browser sends: the host says who a signed-in visitor is."""
    known = {"name": name.title(), "email": guest.get("email", ""), "owner": guest.get("owner", "")}
    headers = {f"x-{field}": known[field] for field in HEADERS}
    signed_in = guest.get("signed_in") or guest.get("owner")
    return Request(headers=headers if signed_in else {}, peer=guest.get("address", ""))
