"""Walks through a visit."""

from itertools import zip_longest
from random import Random

import attrs

from livechat_core import visit as v
from livechat_core.rules import Greeting, Site, seconds
from livechat_core.streams import Command
from tests.pure.lands.cast import CHATS, STAFF
from tests.pure.play import MARIA, NOON, RULES
from tests.pure.walks import Land, Walk

GREETINGS = {
    "now": Greeting(text="Hello", availability=("online", "busy")),
    "soon": Greeting(text="Any questions?", after=seconds(20), pages=2, again_after=seconds(900)),
    "later": Greeting(text="Still here?", on_page=seconds(60), returning=True),
}
SITES = {
    "drumstory": Site(name="Drumstory", greetings=GREETINGS, greetings_at_most=2),
    "performances": Site(name="Performances", visits="after_consent"),
    "members": Site(name="Members", requires=("signed_in",), record_strangers=False),
    "silent": Site(name="Silent", visits="off"),
}
NAMES = ("drumstory", "drumstory", "drumstory", *SITES, "nowhere")
GUESTS = (
    v.Guest(token="sha"),
    v.Guest(token="sha", name="Maria", email="maria@example.org", person="p"),
    v.Guest(token="sha", owner="ana"),
    v.Guest(token="sha", name="Maria", person="p", until=NOON + seconds(3600)),
    v.Guest(token="sha", person="other"),
)


def _page(r: Random) -> v.Page:
    return v.Page(site=r.choice(NAMES), url=f"https://x.example/{r.randrange(3)}")


def _check_visit(walk: Walk) -> None:
    state: v.State = walk.state
    assert bool(state.inviter) == (state.phase is v.Phase.INVITED)
    assert len(state.pages) <= v.KEPT_PAGES
    assert bool(state.pages) == (state.phase is not v.Phase.NEW)
    assert state.conversation or state.phase is not v.Phase.CHATTING
    had = [event.agent for _, event in walk.told if isinstance(event, v.Chatted) and event.agent]
    assert state.last_agent == (had[-1] if had else "")
    if state.phase in (v.Phase.BROWSING, v.Phase.INVITED):
        assert walk.due_at is not None
    _check_privacy(walk)
    _check_greetings(walk)


def _check_privacy(walk: Walk) -> None:
    """Nothing was recorded of pages of sites that record none (F60)."""
    agreed, events = False, [event for _, event in walk.told]
    for event, following in zip_longest(events, events[1:]):
        first = isinstance(event, v.Arrived) and isinstance(following, v.ConsentGiven)
        agreed = (agreed or first or isinstance(event, v.ConsentGiven)) and not isinstance(
            event, v.ConsentWithdrawn
        )
        pages = event.pages if isinstance(event, v.Viewed) else ()
        if isinstance(event, v.Arrived | v.Returned):
            pages = (event.page,)
        for page in pages:
            asked = page.site == "performances" and agreed
            assert not page.url or page.site in ("drumstory", "members") or asked


def _check_greetings(walk: Walk) -> None:
    stay, shown = 0, 0
    for _, event in walk.told:
        if isinstance(event, v.Arrived | v.Returned):
            stay, shown = stay + 1, 0
        if isinstance(event, v.Greeted):
            shown += 1
        assert shown <= 2, "more greetings in a stay than the site allows"


def _view(_: v.State, r: Random) -> Command:
    return v.View(by=MARIA, pages=tuple(_page(r) for _ in range(r.choice((0, 1, 2, 60)))))


def _invite(_: v.State, r: Random) -> Command:
    return v.Invite(
        by=r.choice(STAFF),
        presence=r.choice(("", "presence/x.1", "presence/x.1")),
        inviter_gone=r.randrange(4) == 0,
    )


def _arrive(_: v.State, r: Random) -> v.Arrive:
    return v.Arrive(
        by=MARIA,
        page=_page(r),
        guest=r.choice(GUESTS),
        needed=r.randrange(4) == 0,
        token=r.choice(("", "fresh", "fresher")),
        campaign=r.choice((v.Campaign(), v.Campaign(name="spring"))),
    )


def _consent(state: v.State, r: Random) -> Command:
    arrival = r.choice((None, _arrive(state, r)))
    wording = r.choice(("", "v1", "v2"))
    return v.Consent(by=MARIA, granted=bool(r.randrange(2)), wording=wording, arrival=arrival)


def _adopt(_: v.State, r: Random) -> Command:
    guest = v.Guest(token="sha", browser=r.choice(("", "", "", "other")))
    code = r.choice(("code", "code2", "none"))
    return v.Adopt(code=code, token=r.choice(("t1", "t2")), site="performances", guest=guest)


def _elapse(_: v.State, r: Random) -> Command:
    return v.Elapse(
        connected=bool(r.randrange(2)),
        availability=r.choice(("online", "busy", "offline")),
        banned=r.randrange(6) == 0,
    )


VISIT = Land(
    decider=v.DECIDER,
    rules=attrs.evolve(RULES, sites=SITES),
    wishes=(
        *(_view, _view, _invite, _invite, _arrive, _arrive, _arrive, _adopt),
        *(_consent, _consent, _consent, _elapse),
        lambda _, r: v.Arrive(by=MARIA, page=_page(r), banned=r.randrange(9) == 0),
        lambda *_: v.AnswerInvitation(by=MARIA),
        lambda _, r: v.HandOver(by=MARIA, code=r.choice(("code", "code2", "code3"))),
        lambda _, r: v.Readmit(token=r.choice(("mailed", "mailed2"))),
        lambda _, r: (v.SignOff if r.randrange(2) else v.Revoke)(by=MARIA),
        lambda _, r: v.Bar(ban=r.choice(("ban/1", "ban/2")), scope=r.choice(("site", "chat"))),
        lambda _, r: v.ChatBegan(conversation=r.choice(CHATS)),
        lambda _, r: v.ChatEnded(conversation=r.choice(CHATS)),
        lambda s, r: v.ChatEnded(conversation=s.conversation, agent=r.choice(("", "ana", "ben"))),
    ),
    elapse=_elapse,
    sayings=(v.View, v.Elapse, v.Readmit),
    caused=(
        lambda _, r: v.ChatBegan(conversation=r.choice(CHATS)),
        lambda _, r: v.ChatEnded(conversation=r.choice(CHATS)),
        lambda s, _: v.ChatEnded(conversation=s.conversation),
        lambda *_: v.Bar(ban="ban/1", scope="site"),
        lambda *_: v.Elapse(),
    ),
    check=_check_visit,
)
