r"""The visit: one visitor's stay at the desk's sites, before, during and after a chat.

Theory. Every visitor who opens a page is a visit, seen by staff before any chat exists (S0-2).
Pages are gathered by the process and recorded together, so browsing costs at most one event in
ten seconds; the state keeps the last fifty. An invitation locks the visit softly for the agent
who made it (S0-45): no colleague may invite or take the visitor until it is answered, has run
out, or the agent is gone. While a chat goes on the visit cannot leave; without one it leaves when
nothing was seen of it for long, and returns when the same token comes again, or a chat begins.

    new -> browsing <-> invited -> chatting -> browsing ...
              |  \-> chatting         left <-> browsing

The visitor's token is never stored, only its SHA-256 as a label (A9).
"""

from typing import TypeAlias, assert_never

import attrs

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Decider, Event, Summary
from ..tables import allows, require
from .commands import (
    AnswerInvitation as AnswerInvitation,
    Arrive as Arrive,
    ChatBegan as ChatBegan,
    ChatEnded as ChatEnded,
    Elapse as Elapse,
    Invite as Invite,
    View as View,
)
from .events import (
    NEXT as NEXT,
    PRESENT as PRESENT,
    Arrived as Arrived,
    Chatted as Chatted,
    Chatting as Chatting,
    Guest as Guest,
    InvitationEnded as InvitationEnded,
    Invited as Invited,
    Left as Left,
    Page as Page,
    Phase as Phase,
    Recognized as Recognized,
    Returned as Returned,
    Seen as Seen,
    Viewed as Viewed,
)

KEPT_PAGES = 50


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a visit."""

    phase: Phase = Phase.NEW
    guest: Guest = Guest()
    language: str = ""
    pages: tuple[Page, ...] = ()
    seen_at: int = 0
    stay: int = 0
    inviter: str = ""
    inviter_name: str = ""
    inviter_presence: str = ""
    invited_until: int = 0
    conversation: str = ""
    last_agent: str = ""

    @property
    def due_at(self) -> int | None:
        """When the invitation runs out, or the visitor is thought to have left."""
        if self.phase is Phase.INVITED:
            return self.invited_until
        return self.seen_at + self.stay if self.phase is Phase.BROWSING else None


Wanted: TypeAlias = Arrive | View | Invite | AnswerInvitation | ChatBegan | ChatEnded | Elapse


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``banned``, or ``invited`` with the name of the colleague who was first.
    """
    match command:
        case Arrive():
            return _arrive(state, command, at, rules)
        case View():
            return _view(state, command, at, rules)
        case Invite():
            return _invite(state, command, at, rules)
        case AnswerInvitation():
            if state.phase is not Phase.INVITED:
                return []
            return [InvitationEnded(agent=state.inviter, reason="closed")]
        case ChatBegan():
            return _chat_began(state, command)
        case ChatEnded():
            if state.phase is not Phase.CHATTING or state.conversation != command.conversation:
                return []
            return [Chatted(conversation=command.conversation, agent=command.agent)]
        case Elapse():
            return _elapse(state, command, at)
        case _:
            assert_never(command)


def _arrive(state: State, command: Arrive, at: int, rules: Rules) -> list[Event]:
    if command.banned:
        raise Rejected("banned")
    _require_site(command.page.site, rules)
    page = attrs.evolve(command.page, at=at)
    if state.phase is Phase.NEW:
        stay = rules.visit_left_after
        return [Arrived(page=page, language=command.language, guest=command.guest, stay=stay)]
    if state.phase is Phase.LEFT:
        return [Returned(page=page, guest=command.guest)]
    events: list[Event] = []
    if _person(command.guest) != _person(state.guest):
        events.append(Recognized(guest=command.guest))
    last = state.pages[-1]
    if (last.site, last.url) != (page.site, page.url):
        events.append(Viewed(pages=(page,)))
    return events


def _person(guest: Guest) -> tuple[str, ...]:
    return guest.name, guest.email, guest.owner


def _view(state: State, command: View, at: int, rules: Rules) -> list[Event]:
    if state.phase is Phase.NEW:
        raise NotFound
    require(NEXT, state.phase, Viewed)
    for page in command.pages:
        _require_site(page.site, rules)
    last = command.pages[-KEPT_PAGES:]
    pages = tuple(attrs.evolve(page, at=page.at or at) for page in last)
    return [Viewed(pages=pages)] if pages else []


def _require_site(site: str, rules: Rules) -> None:
    if site not in rules.sites:
        raise NotFound("unknown_site", site=site)


def _invite(state: State, command: Invite, at: int, rules: Rules) -> list[Event]:
    by = command.by
    if state.phase is Phase.NEW:
        raise NotFound
    if state.phase is Phase.INVITED and at < state.invited_until:
        if state.inviter == by.id:
            return []
        if not command.inviter_gone:
            raise Rejected("invited", owner=state.inviter_name)
    if not command.presence:
        raise Rejected("not_available")
    require(NEXT, state.phase, Invited)
    until = at + rules.invitation_timeout
    return [Invited(agent=by.id, name=by.name, presence=command.presence, until=until)]


def _chat_began(state: State, command: ChatBegan) -> list[Event]:
    if state.conversation == command.conversation and state.phase is Phase.CHATTING:
        return []
    if not allows(NEXT, state.phase, Chatting):
        return []
    return [Chatting(conversation=command.conversation)]


def _elapse(state: State, command: Elapse, at: int) -> list[Event]:
    if state.due_at is None or state.due_at > at:
        return []
    if state.phase is Phase.INVITED:
        return [InvitationEnded(agent=state.inviter, reason="lapsed")]
    return [Seen()] if command.connected else [Left()]


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Viewed():
            state.pages = (*state.pages, *event.pages)[-KEPT_PAGES:]
            state.seen_at = at
        case Arrived():
            state.guest, state.language, state.stay = event.guest, event.language, event.stay
            state.pages, state.seen_at = (event.page,), at
        case Returned():
            state.guest, state.seen_at = event.guest, at
            state.pages = (*state.pages, event.page)[-KEPT_PAGES:]
        case Recognized():
            state.guest, state.seen_at = event.guest, at
        case Invited():
            state.inviter, state.inviter_name = event.agent, event.name
            state.inviter_presence, state.invited_until = event.presence, event.until
        case InvitationEnded():
            state.inviter = state.inviter_name = state.inviter_presence = ""
            state.seen_at = at
        case Chatting():
            state.conversation = event.conversation
            state.inviter = state.inviter_name = state.inviter_presence = ""
        case Chatted():
            state.seen_at = at
            state.last_agent = event.agent or state.last_agent
        case Seen():
            state.seen_at = at
        case Left():
            pass
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the visit."""
    last = state.pages[-1] if state.pages else Page(site="", url="")
    labels = {f"token={state.guest.token}", f"site={last.site}"}
    if state.guest.address:
        labels.add(f"address={state.guest.address}")
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.due_at,
        labels=frozenset(labels),
        facts={
            "site": last.site,
            "page": last.url,
            "title": last.title,
            "name": state.guest.name,
            "email": state.guest.email,
            "location": state.guest.location,
            "browser": state.guest.browser,
            "language": state.language,
            "address": state.guest.address,
            "seen_at": state.seen_at,
            "pages": len(state.pages),
            "inviter": state.inviter,
            "inviter_name": state.inviter_name,
            "inviter_presence": state.inviter_presence,
            "conversation": state.conversation,
            "last_agent": state.last_agent,
            "owner": state.guest.owner,
        },
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="visit",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.LEFT,),
)
