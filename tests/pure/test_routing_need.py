"""What a chat asks for, and what of it is given up while it waits (F16)."""

import attrs
from hypothesis import given, strategies as st

from livechat_core.routing import Need
from tests.pure.crew import agent

NEED = Need(queue="support", skills=("tax", "refund"), language="de", relax_after=10)


def test_the_last_skill_goes_first_and_the_language_at_the_end_F16() -> None:
    left = [(one.language, one.skills) for one in map(NEED.relaxed, range(5))]

    assert left == [
        ("de", ("tax", "refund")),
        ("de", ("tax",)),
        ("de", ()),
        ("", ()),
        ("", ()),
    ]
    assert NEED.relaxed(1) == attrs.evolve(NEED, skills=("tax",))
    assert NEED.most_relaxed == attrs.evolve(NEED, skills=(), language="")
    assert NEED.requirements == ("de", "tax", "refund")


def test_nothing_to_give_up_changes_nothing() -> None:
    plain = Need(queue="support", relax_after=0)

    assert NEED.relaxed(0) is NEED
    assert plain.most_relaxed is plain
    assert (plain.requirements, plain.steps(999)) == ((), 0)


def test_each_time_relax_after_has_passed_one_requirement_goes_F16() -> None:
    assert [NEED.steps(waited) for waited in (-5, 0, 9, 10, 19, 20, 30, 999)] == [
        *(0, 0, 0, 1, 1, 2, 3, 3)
    ]


def test_never_and_at_once_F16() -> None:
    assert attrs.evolve(NEED, relax_after=None).steps(10**15) == 0
    assert attrs.evolve(NEED, relax_after=0).steps(0) == 3
    assert attrs.evolve(NEED, relax_after=0, language="").steps(0) == 2


def test_equal_needs_are_one_lane() -> None:
    other = Need(queue="support", skills=("tax", "refund"), language="de", relax_after=10)

    assert len({NEED, other, attrs.evolve(NEED, weight=2)}) == 2


able = st.builds(
    agent,
    st.just("ana"),
    queues=st.sampled_from([frozenset({"support"}), frozenset({"sales"})]),
    capacity=st.integers(0, 3),
    load=st.integers(0, 3),
    skills=st.dictionaries(st.sampled_from(["tax", "refund"]), st.integers(0, 2)),
    languages=st.sampled_from([frozenset({"de"}), frozenset()]),
    chats=st.dictionaries(st.just("support"), st.integers(0, 2)),
)
needs = st.builds(
    Need,
    queue=st.just("support"),
    skills=st.sampled_from([(), ("tax",), ("tax", "refund")]),
    language=st.sampled_from(["", "de"]),
    weight=st.integers(1, 2),
    agent_limit=st.sampled_from([None, 1]),
)


@given(able, needs)
def test_who_lacks_nothing_meets_the_need(one: object, need: Need) -> None:
    assert need.meets(one) == (need.lacks(one) == "")  # type: ignore[arg-type]


@given(able, needs, st.integers(0, 3))
def test_who_meets_a_need_meets_what_is_left_of_it(one: object, need: Need, steps: int) -> None:
    if need.meets(one):  # type: ignore[arg-type]
        assert need.relaxed(steps).meets(one)  # type: ignore[arg-type]
