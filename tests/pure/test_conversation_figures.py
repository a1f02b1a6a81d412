"""What a chat leaves for the daily figures."""

from typing import Any

import attrs

from livechat_core import conversation as c
from livechat_core.rules import seconds
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, offered, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM


def figures(story: Chat, *names: str) -> list[Any]:
    return [story.summary.facts[name] for name in names]


def test_the_first_reply_is_an_agents_first_line_F64() -> None:
    story = active()
    assert figures(story, "first_reply_at", "closed_at", "last_owner") == [None, 0, "ana"]
    story.when(c.Note(by=ANA, text="Hm"), c.Post(by=MARIA, text="Hello?"))
    story.later(7).when(c.Post(by=ANA, text="Good day"))
    story.later(7).when(c.Post(by=ANA, text="Anything else?"), c.Close(by=ANA))

    assert figures(story, "first_reply_at", "closed_at") == [
        *(NOON + seconds(7), NOON + seconds(14))
    ]


def test_the_time_of_all_agents_is_added_without_holds_F64() -> None:
    story = active()
    story.later(10).when(c.Post(by=ANA, text="Yes"), c.Snooze(by=ANA))
    story.later(100).when(c.Wake(by=ANA))
    story.later(5).when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    story.when(c.Accept(by=BEN, offer=story.summary.facts["offer"]))
    story.later(3).when(c.Transfer(by=BEN, queue="events", anyway=True))
    assert figures(story, "handled", "transfers") == [seconds(18), 2]
    story.later(50).when(c.Offer(offer="c", seat=ANA_SEAT), c.Accept(by=ANA, offer="c"))
    story.later(2).when(c.ReleaseAgent(agent="ana", reason="offline"))
    story.when(c.Close(by=MARIA))

    assert figures(story, "handled", "transfers", "last_owner") == [seconds(20), 2, "ana"]


def test_a_colleague_who_stays_behind_has_it_from_then_on_F64() -> None:
    story = active()
    story.when(c.Join(by=BEN, seat=BEN_SEAT))
    story.later(10).when(c.Leave(by=ANA))
    story.later(5).when(c.Close(by=BEN))

    assert figures(story, "handled", "transfers", "last_owner") == [seconds(15), 1, "ben"]


def test_missed_offers_are_counted_by_agent_F64() -> None:
    story = offered()
    story.later(30).when(c.Elapse(), c.Offer(offer="b", seat=BEN_SEAT))
    story.later(30).when(c.Elapse(), c.Offer(offer="c", seat=ANA_SEAT, restart=True))
    story.later(30).when(c.Elapse(), c.Offer(offer="d", seat=BEN_SEAT))
    story.when(c.Decline(by=BEN, offer="d"))

    assert figures(story, "missed") == [{"ana": 2, "ben": 1}]


def test_a_left_message_stays_one_F64() -> None:
    story = waiting(question="Hello?")
    assert figures(story, "left") == [False]
    story.when(c.GiveUp(reason="nobody_answered"), c.Close())

    assert figures(story, "left", "bot") == [True, ""]


def with_bot() -> Chat:
    queues = {"sales": attrs.evolve(RULES.queues["sales"], bot="guide")}
    return waiting(attrs.evolve(RULES, queues=queues))


def test_what_a_bot_solved_and_what_it_handed_on_is_told_apart_F64() -> None:
    solved, handed, picked, dropped = with_bot(), with_bot(), with_bot(), with_bot()
    solved.when(c.BotAnswer(turn=1, then="close"))
    handed.when(c.HandOff(by=MARIA, available="online"), c.Close(by=MARIA))
    picked.when(c.Pick(by=ANA, seat=ANA_SEAT), c.Close(by=ANA))
    assert figures(dropped, "bot") == [""]
    dropped.when(c.Close(by=SAM))

    found = [story.summary.facts["bot"] for story in (solved, handed, picked, dropped)]
    assert found == ["solved", "handed_on", "handed_on", ""]
