"""Walks through a visit."""

from random import Random

from livechat_core import visit as v
from livechat_core.streams import Command
from tests.pure.lands.cast import CHATS, SITES, STAFF
from tests.pure.play import MARIA
from tests.pure.walks import Land, Walk

GUESTS = (
    v.Guest(token="sha"),
    v.Guest(token="sha", name="Maria", email="maria@example.org"),
    v.Guest(token="sha", owner="ana"),
)


def _page(r: Random) -> v.Page:
    site = r.choice(("drumstory", "performances", "nowhere") if r.randrange(5) == 0 else SITES[:3])
    return v.Page(site=site, url=f"https://x.example/{r.randrange(3)}")


def _check_visit(walk: Walk) -> None:
    state: v.State = walk.state
    assert bool(state.inviter) == (state.phase is v.Phase.INVITED)
    assert len(state.pages) <= v.KEPT_PAGES
    assert bool(state.pages) == (state.phase is not v.Phase.NEW)
    assert state.conversation or state.phase is not v.Phase.CHATTING
    had = [event.agent for _, event in walk.told if isinstance(event, v.Chatted) and event.agent]
    assert state.last_agent == (had[-1] if had else "")
    timed = state.phase in (v.Phase.BROWSING, v.Phase.INVITED)
    assert (walk.due_at is not None) == timed


def _view(_: v.State, r: Random) -> Command:
    return v.View(by=MARIA, pages=tuple(_page(r) for _ in range(r.choice((0, 1, 2, 60)))))


def _invite(_: v.State, r: Random) -> Command:
    return v.Invite(
        by=r.choice(STAFF),
        presence=r.choice(("", "presence/x.1", "presence/x.1")),
        inviter_gone=r.randrange(4) == 0,
    )


VISIT = Land(
    decider=v.DECIDER,
    wishes=(
        *(_view, _invite, _invite),
        lambda _, r: v.Arrive(by=MARIA, page=_page(r), banned=r.randrange(9) == 0),
        lambda _, r: v.Arrive(by=MARIA, page=_page(r), guest=r.choice(GUESTS)),
        lambda *_: v.AnswerInvitation(by=MARIA),
        lambda _, r: v.ChatBegan(conversation=r.choice(CHATS)),
        lambda _, r: v.ChatEnded(conversation=r.choice(CHATS)),
        lambda s, r: v.ChatEnded(conversation=s.conversation, agent=r.choice(("", "ana", "ben"))),
        lambda _, r: v.Elapse(connected=bool(r.randrange(2))),
    ),
    elapse=lambda _, r: v.Elapse(connected=bool(r.randrange(2))),
    sayings=(v.View, v.Elapse),
    caused=(
        lambda _, r: v.ChatBegan(conversation=r.choice(CHATS)),
        lambda _, r: v.ChatEnded(conversation=r.choice(CHATS)),
        lambda s, _: v.ChatEnded(conversation=s.conversation),
        lambda *_: v.Elapse(),
    ),
    check=_check_visit,
)
