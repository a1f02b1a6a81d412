"""Who is asked: only who can be, in one fixed order of preference, and always with a reason."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from livechat_core.routing import Candidate, availability, choose


def agent(name: str, **facts: Any) -> Candidate:
    told = {
        "queues": frozenset({"support"}),
        "capacity": 3,
        "load": 0,
        "tier": 0,
        "last_assigned": 0,
        "why_not": "",
    }
    return Candidate(
        agent=name, name=name.title(), presence=f"presence/{name}.1", **{**told, **facts}
    )


def chosen(*candidates: Candidate, tried: frozenset[str] = frozenset()) -> str:
    choice = choose("support", tried, candidates)
    return choice.seat.agent if choice.seat else ""


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"tier": 0, "load": 2}, {"tier": 1, "load": 0}),
        ({"load": 1}, {"load": 2}),
        ({"load": 2, "capacity": 6}, {"load": 1, "capacity": 2}),
        ({"load": 1, "last_assigned": 5}, {"load": 1, "last_assigned": 9}),
        ({"load": 2, "capacity": 6, "last_assigned": 1}, {"load": 1, "last_assigned": 2}),
    ],
    ids=["tier", "load", "load in relation to capacity", "longest since", "equal ratio"],
)
def test_the_chain_of_preference(better: dict[str, int], worse: dict[str, int]) -> None:
    """semantics.md section 2: tier, load ratio, longest since the last assignment."""
    assert chosen(agent("z", **better), agent("a", **worse)) == "z"
    assert chosen(agent("a", **worse), agent("z", **better)) == "z"


def test_the_id_is_the_last_word() -> None:
    assert chosen(agent("b"), agent("a"), agent("c")) == "a"


@pytest.mark.parametrize("why", ["full", "busy", "away", "draining", "grace"])
def test_who_cannot_be_asked_is_not_asked(why: str) -> None:
    choice = choose("support", frozenset(), [agent("a", why_not=why)])

    assert choice.seat is None
    assert choice.why == f"nobody can be asked: a {why}"


def test_who_serves_other_queues_is_not_asked() -> None:
    choice = choose("support", frozenset(), [agent("a", queues=frozenset({"sales"}))])

    assert (choice.seat, choice.why) == (None, "nobody can be asked: no agent in this queue")


def test_who_was_tried_is_asked_again_only_when_all_have_been() -> None:
    """S1-21: the next agent, and then the pass begins again."""
    first, second = agent("a"), agent("b")
    next_one = choose("support", frozenset({"a"}), [first, second])
    again = choose("support", frozenset({"a", "b"}), [first, second])

    assert next_one.seat is not None
    assert (next_one.seat.agent, next_one.restart) == ("b", False)
    assert again.seat is not None
    assert (again.seat.agent, again.restart) == ("a", True)


def test_the_choice_explains_itself() -> None:
    choice = choose("support", frozenset(), [agent("b", load=1), agent("a")])

    assert choice.why == "a (tier 0, 0 of 3, last 0); before b (tier 0, 1 of 3, last 0)"
    assert choose("support", frozenset(), [agent("a")]).why == "a (tier 0, 0 of 3, last 0)"


@pytest.mark.parametrize(
    ("whys", "state"),
    [
        ([], "offline"),
        (["away", "grace", "draining"], "offline"),
        (["full", "away"], "busy"),
        (["busy"], "busy"),
        (["full", ""], "online"),
    ],
)
def test_availability(whys: list[str], state: str) -> None:
    """S0-3, S0-5."""
    crew = [agent(str(number), why_not=why) for number, why in enumerate(whys)]

    assert availability("support", crew) == state
    assert availability("sales", crew) == "offline"


crews = st.lists(
    st.builds(
        agent,
        st.text("abcdef", min_size=1, max_size=2),
        load=st.integers(0, 3),
        tier=st.integers(0, 1),
        last_assigned=st.integers(0, 2),
        why_not=st.sampled_from(["", "", "full", "away"]),
    ),
    unique_by=lambda one: one.agent,
)


@given(crews, st.frozensets(st.text("abcdef", min_size=1, max_size=2)), st.randoms())
def test_the_same_facts_lead_to_the_same_choice(
    crew: list[Candidate],
    tried: frozenset[str],
    random: Any,
) -> None:
    choice = choose("support", tried, crew)
    random.shuffle(crew)

    assert choose("support", tried, crew).seat == choice.seat
    able = [one for one in crew if not one.why_not]
    assert (choice.seat is None) == (not able)
    if choice.seat is not None:
        assert choice.restart == (choice.seat.agent in tried)
