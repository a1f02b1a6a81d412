"""What the router and the lists look up about an agent at work."""

from livechat_core import presence as p
from livechat_core.presence import SetStatus, TakeSlot
from livechat_core.rules import seconds
from tests.pure.agents import ONE, OTHER_WINDOW, STATUSES, TWO, holding, working
from tests.pure.play import ANA, NOON, RULES


def test_an_agent_at_work_is_looked_up_by_himself_and_his_processes() -> None:
    story = working(STATUSES)
    story.when(OTHER_WINDOW, p.SetCall(by=ANA, in_call=True))
    story.when(
        TakeSlot(conversation=TWO, queue="sales", weight=1),
        TakeSlot(conversation=ONE, queue="sales", weight=1),
    )

    assert story.summary.labels == {"agent=ana", "process=p1", "process=p2"}
    assert (story.summary.stream, story.summary.due_at) == ("presence/1", None)
    news = {
        "in_call": True,
        "why_not": "full",
        "load": 2,
        "chats": {"sales": 2},
        "slots": [ONE, TWO],
        "last_assigned": NOON,
    }
    assert story.summary.facts == {**working(STATUSES).summary.facts, **news}


def test_a_status_of_the_site_is_shown_by_its_name_F28() -> None:
    story = working(STATUSES)
    story.when(SetStatus(by=ANA, status="lunch"))

    facts = story.summary.facts
    assert (facts["status"], facts["chosen"], facts["why_not"]) == ("lunch", "lunch", "lunch")
    assert story.summary.phase == "away"


def test_who_goes_offline_with_a_chat_is_shown_to_finish_it() -> None:
    story = holding(ONE)
    story.when(SetStatus(by=ANA, status="offline"))

    facts = story.summary.facts
    assert (facts["status"], facts["chosen"], facts["reason"]) == ("draining", "offline", "")


def test_who_has_lost_his_connection_is_shown_with_what_he_had_chosen() -> None:
    story = holding(ONE)
    story.when(SetStatus(by=ANA, status="busy"), p.Disconnect(connection="w1"))

    facts = story.summary.facts
    assert (facts["connected"], facts["status"], facts["chosen"]) == (False, "grace", "busy")
    assert story.summary.labels == {"agent=ana"}
    assert story.summary.due_at == NOON + RULES.grace


def test_notes_and_missed_offers_are_told_F26_F29() -> None:
    story = holding(ONE, TWO)
    story.later(5).when(p.FreeSlot(conversation=ONE, wrap_up=seconds(30)))
    facts = story.summary.facts
    assert (facts["wrapping"], facts["slots"]) == ([ONE], [ONE, TWO])
    assert story.summary.due_at == story.now + seconds(30)

    story.when(p.FreeSlot(conversation=TWO, missed=True))
    facts = story.summary.facts
    assert (facts["missed"], facts["idle_since"]) == (1, story.now)


def test_who_returns_is_said_to_be_what_he_had_chosen_F27() -> None:
    story = holding(ONE)
    story.when(SetStatus(by=ANA, status="busy"), p.Disconnect(connection="w1"))
    back = story.when(OTHER_WINDOW)[0]

    assert back == p.Returned(connection="w2", process="p2", status="busy")
