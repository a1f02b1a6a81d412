"""Walks with a bot that serves first."""

from random import Random

import attrs

from livechat_core import conversation as c
from livechat_core.rules import Queue, Rules, Site, seconds
from livechat_core.streams import Command
from tests.pure.lands.cast import ANYBODY, MAILS, TEXTS
from tests.pure.walks import Walk

HELP = "help"
"""The queue with a bot."""


def _turn(state: c.State, r: Random) -> int:
    return state.serving.turn if state.serving and r.randrange(6) else r.randrange(3)


def _answer(state: c.State, r: Random) -> Command:
    says = tuple(c.BotLine(text="Hello") for _ in range(r.randrange(3)))
    return c.BotAnswer(
        turn=_turn(state, r),
        says=says,
        then=r.choice((*("listen",) * 5, "hand_off", "leave_message", "close")),
        memory=r.choice(({}, {"step": "two"})),
        queue=r.choice(("", "sales", "nothing")),
        note=r.choice(TEXTS),
        email=r.choice(("", *MAILS)),
        available=r.choice(("online", "busy", "offline")),
    )


def _fail(state: c.State, r: Random) -> Command:
    return c.BotFail(turn=_turn(state, r), available=r.choice(("online", "offline")))


def _hand_off(_: c.State, r: Random) -> Command:
    return c.HandOff(by=r.choice(ANYBODY), available=r.choice(("online", "offline")))


WISHES = (*(_answer,) * 4, _fail, _hand_off)
CAUSED = (_answer, _fail)


def _helped(site: Site) -> Site:
    return attrs.evolve(site, queues=(*site.queues, HELP)) if "sales" in site.queues else site


def ruled(rules: Rules) -> Rules:
    """Return the rules with a queue in which a bot serves first."""
    sites = {name: _helped(site) for name, site in rules.sites.items()}
    queue = Queue(name="Help", bot="helper", bot_name="Robin")
    queues = {**rules.queues, HELP: queue}
    return attrs.evolve(rules, sites=sites, queues=queues, bot_idle_close=seconds(3600))


def check(walk: Walk) -> None:
    """A chat with a bot has one, and no other chat has; no turn is answered twice."""
    state: c.State = walk.state
    events = [event for _, event in walk.told]
    assert (state.serving is not None) == (state.phase is c.Phase.WITH_BOT)
    asked = [event.turn for event in events if isinstance(event, c.BotAsked)]
    answered = [event.turn for event in events if isinstance(event, c.BotAnswered)]
    assert len(set(asked)) == len(asked)
    assert len(set(answered)) == len(answered)
    assert set(answered) <= set(asked)
