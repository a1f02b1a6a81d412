"""Why this agent, why not the others, why nobody: in words, and the same as the choice."""

import attrs

from livechat_core.routing import Need, Verdict
from livechat_core.rules import seconds
from tests.pure.crew import SUPPORT, agent, choose, roster

GERMAN_TAX = Need(queue="support", skills=("tax",), language="de", relax_after=10)


def why(*verdicts: Verdict) -> list[tuple[str, bool, str]]:
    return [(one.agent, one.can, one.why) for one in verdicts]


# --- kept with the offer ----------------------------------------------------------------------


def test_a_choice_says_why_this_agent_and_why_not_the_others() -> None:
    made = roster(
        agent("ana", load=1),
        agent("ben", load=2),
        agent("sam", why_not="away"),
        agent("eve", why_not="full"),
    )

    assert choose(made).why == (
        "ana: first of 2 by least_busy (tier 0, 1 of 3, last assigned never)"
        "; cannot be asked: 1 away, 1 full"
    )
    assert choose(made, tried=frozenset({"ana", "eve"})).why == (
        "ben: first of 2 by least_busy; asked before: ana, eve "
        "(tier 0, 2 of 3, last assigned never); cannot be asked: 1 away, 1 full"
    )


def test_a_choice_says_what_was_given_up_F16() -> None:
    made = roster(agent("ana", languages=frozenset({"de"})))

    assert choose(made, GERMAN_TAX, now=10).why == (
        "ana: first of 1 by least_busy; given up: tax (tier 0, 0 of 3, last assigned never)"
    )
    made.put(agent("ana"))
    assert "; given up: de, tax (" in choose(made, GERMAN_TAX, now=20).why


def test_a_choice_names_the_visitors_own_agent_F17() -> None:
    made = roster(agent("ana"), agent("ben", load=1))

    assert choose(made, preferred="ben").why == (
        "ben: the visitor's own agent (tier 0, 1 of 3, last assigned never)"
    )


def test_nobody_has_a_reason() -> None:
    made = roster(agent("ana"), agent("ben", why_not="full"), agent("eve", ready_at=9))

    assert choose(made, GERMAN_TAX).why == (
        "nobody in support can be asked for de, tax; 1 free without room or what is needed"
        "; cannot be asked: 1 full, 1 resting"
    )
    made.put(agent("ana", why_not="grace"))
    assert choose(made).why == (
        "nobody in support can be asked; cannot be asked: 1 full, 1 grace, 1 resting"
    )
    assert choose(made, Need(queue="sales")).why == (
        "nobody in sales can be asked; no agent serves it"
    )


def test_all_asked_has_a_reason() -> None:
    made = roster(agent("ben"), agent("ana"), agent("eve", why_not="away"))

    assert choose(made, tried=frozenset({"ana", "ben", "eve"})).why == (
        "all in support who can be asked have been: ana, ben"
    )


def test_the_counts_in_the_words_follow_the_agents() -> None:
    made = roster(agent("ana"), agent("ben", why_not="full"))
    assert choose(made).why.endswith("; cannot be asked: 1 full")
    made.put(agent("ben", why_not="away"))
    assert choose(made).why.endswith("; cannot be asked: 1 away")
    made.drop("ben")
    assert choose(made).why.endswith("last assigned never)")


def test_words_are_never_long() -> None:
    made = roster(*(agent(f"{number:0100}", why_not=f"{number:0100}") for number in range(20)))
    names = frozenset(f"x{number:0100}" for number in range(20))
    assert len(choose(made).why) == 500
    for name in (*names, "eve"):
        made.put(agent(name))

    assert len(choose(made).why) == 500
    assert len(choose(made, tried=names).why) == 500
    assert len(choose(made, tried=names | {"eve"}).why) == 500
    made.put(agent("ana", why_not="z" * 999))
    found = made.explain(SUPPORT, now=0, since=0)
    assert max(len(one.why) for one in found) == 500


# --- asked for by an operator -----------------------------------------------------------------


def test_every_agent_of_the_queue_has_a_verdict_in_the_order_of_preference() -> None:
    at = seconds(1_790_000_000)
    need = attrs.evolve(GERMAN_TAX, agent_limit=1, weight=2)
    german, skilled = frozenset({"de"}), {"tax": 1}
    made = roster(
        agent("ana", languages=german, skills=skilled, load=1),
        agent("ben", languages=german),
        agent("eve", why_not="away"),
        agent("sam", languages=german, skills=skilled, tier=2),
        agent("tried", languages=german, skills=skilled),
        agent("own"),
        agent("u-english", skills=skilled),
        agent("v-rests", ready_at=at),
        agent("w-laden", languages=german, skills=skilled, load=2),
        agent("x-limit", languages=german, skills=skilled, chats={"support": 1}),
        agent("elsewhere", queues=frozenset({"sales"})),
    )
    found = made.explain(need, now=10, since=0, tried=frozenset({"tried"}), preferred="own")

    idle = "0 of 3, last assigned never"
    assert why(*found) == [
        ("own", True, f"the visitor's own agent; tier 0, skill level 0, {idle}"),
        ("ana", True, "tier 0, skill level 1, 1 of 3, last assigned never"),
        ("sam", True, "tier 2, skill level 1, 0 of 3, last assigned never"),
        ("ben", True, "tier 0, 0 of 3, last assigned never; given up: tax"),
        ("tried", False, "has been asked in this pass"),
        ("eve", False, "away"),
        ("u-english", False, "does not speak de"),
        ("v-rests", False, "resting until 2026-09-21 14:13:20 UTC"),
        ("w-laden", False, "no room: 2 of 3, the chat takes 2"),
        ("x-limit", False, "has 1 of 1 chats of support"),
    ]  # fmt: skip
    assert [one.name for one in found[:2]] == ["Own", "Ana"]


def test_what_an_agent_lacks_is_named_F15() -> None:
    need = Need(queue="support", skills=("tax", "refund", "wine"))

    assert need.lacks(agent("ana", skills={"refund": 1, "wine": 0})) == "lacks tax, wine"
    assert need.lacks(agent("ana", queues=frozenset())) == "does not serve support"
    assert need.lacks(agent("ana", skills={"tax": 1, "refund": 1, "wine": 1})) == ""


def test_nobody_serves_a_queue() -> None:
    assert roster(agent("ana")).explain(Need(queue="sales"), now=0, since=0) == ()
