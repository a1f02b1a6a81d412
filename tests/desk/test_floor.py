"""The floor: what a chat asks for where it is now, and what a visitor is told of the wait."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation
from livechat_core.floor import KEPT_WAITS, Floor
from livechat_core.routing import Need
from livechat_core.rules import Assignment, Queue, Rules, Site, seconds
from livechat_core.streams import Summary

RULES = Rules(
    sites={"shop": Site(name="Shop", queues=("sales", "help"), skills=("billing", "german"))},
    queues={
        "sales": Queue(
            name="Sales",
            skills=("drums", "billing"),
            languages=("fr",),
            weight=2,
            agent_limit=3,
            relax_after=seconds(20),
            order="round_robin",
        ),
        "help": Queue(name="Help", sticky=False, limit=4, reopen_at=2),
    },
)


def chat(number: int = 1, **changes: Any) -> Summary:
    """Return a chat that waits."""
    state = conversation.State(
        phase=conversation.Phase.WAITING, site="shop", queue="sales", language="fr", since=number
    )
    for name, value in changes.items():
        setattr(state, name, value)
    return conversation.DECIDER.summary(f"conversation/{number}", state)


def test_a_chat_asks_for_the_skills_of_its_queue_and_then_of_its_site_each_once() -> None:
    """F15, F6, F8: with all that the queue says of its chats."""
    assert Floor(RULES).need(chat()) == Need(
        queue="sales",
        skills=("drums", "billing", "german"),
        language="fr",
        weight=2,
        agent_limit=3,
        relax_after=seconds(20),
        order="round_robin",
    )


def test_in_another_queue_a_chat_asks_for_what_that_queue_wants() -> None:
    """F15, F19: nothing of the old queue stays after an overflow."""
    need = Floor(RULES).need(chat(queue="help"))
    assert (need.skills, need.language, need.weight) == (("billing", "german"), "", 1)


@pytest.mark.parametrize("language", ["de", ""])
def test_a_language_that_the_queue_does_not_serve_is_not_asked_for(language: str) -> None:
    """F15."""
    assert Floor(RULES).need(chat(language=language)).language == ""


def test_a_chat_of_a_queue_that_is_no_longer_there_asks_for_nothing() -> None:
    """The settings changed while it waited."""
    assert Floor(RULES).need(chat(queue="gone", site="gone")) == Need(queue="gone")


def test_a_full_line_is_open_again_when_it_is_short_enough() -> None:
    """F3: and not at the first place that comes free."""
    floor, seen = Floor(RULES), []
    for number in range(1, 5):
        floor.chat(chat(number, queue="help"), None)
    for number in range(1, 4):
        seen.append(floor.available("help", 0).reason)
        gone = attrs.evolve(chat(number, queue="help"), phase="closed", rank=None)
        floor.chat(gone, chat(number, queue="help"))
    assert seen == ["queue_full"] * 2 + ["nobody_at_work"]


def test_the_usual_wait_is_the_mean_of_the_last_hundred() -> None:
    """F2: with fewer than three nobody can tell."""
    floor, waits = Floor(RULES), [seconds(number) for number in range(1, KEPT_WAITS + 21)]
    for number, waited in enumerate(waits, start=1):
        if number == 3:
            assert floor.usual_wait("sales") is None
        served = chat(number, phase=conversation.Phase.ACTIVE, waited=waited)
        floor.chat(served, None)
        floor.chat(served, served)
    assert floor.usual_wait("sales") == sum(waits[20:]) // KEPT_WAITS


def test_who_has_waited_longer_than_usual_is_promised_nothing() -> None:
    """F2."""
    floor = Floor(RULES)
    for number in range(3):
        floor.chat(chat(number, phase=conversation.Phase.ACTIVE, waited=seconds(60)), None)
    assert floor.expected_wait(chat(0), seconds(20)) == seconds(40)
    assert floor.expected_wait(chat(0), seconds(61)) is None


def test_a_chat_that_nobody_is_asked_for_says_so() -> None:
    """S3-15, F10: where agents take chats themselves, the router asks nobody."""
    queues = {"sales": Queue(name="Sales", assignment=Assignment.FIRST_REPLY)}
    floor = Floor(attrs.evolve(RULES, queues=queues))
    assert floor.why(chat(), 0).startswith("nobody is asked: the agents")
    ana = conversation.Seat(agent="ana", name="Ana", presence="presence/ana.1")
    asked = conversation.state.Ask(id="o", seat=ana, until=1)
    assert Floor(RULES).why(chat(phase="offered", ask=asked), 0) == "ana is being asked"
    assert Floor(RULES).why(chat(), 0).startswith("nobody")


def looked_at(floor: Floor) -> list[str]:
    """Return the chats that one round looks at when nobody can be asked for any."""
    chats, found = floor.round(), []
    while (stream := chats.next()) is not None:
        found.append(stream)
        chats.close_lane()
    return found


def test_a_round_looks_at_the_first_chat_that_asks_for_the_same_and_at_no_other() -> None:
    """G8: though a chat asks for less with time, for whoever came later it is no better."""
    floor = Floor(RULES)
    for number in range(1, 101):
        floor.chat(chat(number, queued_at=number), None)
    assert looked_at(floor) == ["conversation/1"]


def test_who_has_waited_longer_behind_others_is_looked_at_too() -> None:
    """G8, F16, F18: an older chat of less priority, and one that waits behind who came back."""
    floor = Floor(RULES)
    floor.chat(chat(1, queued_at=1), None)
    floor.chat(chat(2, queued_at=2, priority=5), None)
    floor.chat(chat(3, queued_at=3, priority=5), None)
    floor.chat(chat(0, queued_at=4), None)
    assert looked_at(floor) == ["conversation/2", "conversation/0", "conversation/1"]
