"""Walks through what is done to reach a visitor: forms, mails, and the links in them."""

from collections import Counter
from itertools import pairwise
from random import Random

import attrs

from livechat_core import conversation as c
from livechat_core.forms import FORMS
from livechat_core.rules import CustomField, Rules, seconds
from livechat_core.streams import Command
from tests.pure.lands.cast import MAILS, VISITORS
from tests.pure.play import MARIA
from tests.pure.walks import Walk


def _introduce(_: c.State, r: Random) -> Command:
    return c.Introduce(
        by=r.choice(VISITORS),
        name=r.choice(("", "Maria")),
        email=r.choice(("", *MAILS)),
        phone=r.choice(("", "+33 1")),
        fields=r.choice(({}, {"order": "7"}, {"colour": "red"})),
    )


def _say_name(*_: object) -> Command:
    return c.Introduce(by=MARIA, name="Maria")


def _make(_: c.State, r: Random) -> Command:
    return c.MakeLink(link=f"link{r.randrange(20)}")


def _come_back(state: c.State, r: Random) -> Command:
    known = [link.hash for link in state.reach.links]
    return c.ComeBack(link=r.choice((*known, *known, "forged")), token="token")


def _elapse(_: c.State, r: Random) -> Command:
    full = r.choice(("", "", "mail_limit"))
    return c.Elapse(available=r.choice(("online", "online", "busy")), full=full)


def _own_transcript(state: c.State, _: Random) -> Command:
    return c.EmailTranscript(by=MARIA, email=state.email or MAILS[0])


WISHES = (_own_transcript, *(_introduce,) * 2, *(_elapse,) * 4, _say_name, *(_make, _come_back) * 2)
SAYINGS = (c.Introduce, c.ComeBack)


def ruled(rules: Rules) -> Rules:
    """Return the rules with sites that ask their visitors, one of them for contacts only."""
    sites = {name: attrs.evolve(site, forms=FORMS) for name, site in rules.sites.items()}
    sites["performances"] = attrs.evolve(
        sites["performances"], forms=FORMS[1:], mail_history="always"
    )
    return attrs.evolve(
        rules,
        sites=sites,
        fields={"order": CustomField(title="Order")},
        form_delay=seconds(1),
        unread_after=seconds(5),
        unread_gather=seconds(1),
    )


def check(walk: Walk) -> None:
    """Each form appears once, no answer is mailed twice, and no link leads back twice."""
    events = [event for _, event in walk.told]
    shown = [(event.form, event.fields) for event in events if isinstance(event, c.FormShown)]
    assert max(Counter(shown).values(), default=0) <= 1
    stages = Counter(form for form, _ in shown)
    assert all(stages[form] <= (2 if form == "introduce" else 1) for form in stages)
    mailed = [event for event in events if isinstance(event, c.AnswersMailed)]
    assert all(one.after < one.upto for one in mailed)
    assert all(one.upto <= other.after for one, other in pairwise(mailed))
    copies = [event for event in events if isinstance(event, c.TranscriptAsked)]
    assert len(copies) <= 1 or walk.state.reach.vouched
    made = Counter(event.link for event in events if isinstance(event, c.LinkMade))
    used = Counter(event.link for event in events if isinstance(event, c.LinkUsed))
    assert all(used[link] <= made[link] for link in used)
