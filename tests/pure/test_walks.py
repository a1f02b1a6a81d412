"""Random walks over every decider: replay equals live state, the invariants hold (I3 to I10)."""

from random import Random

import attrs
import hypothesis
import pytest
from hypothesis import strategies as st

from livechat_core import conversation
from tests.pure.chats import active
from tests.pure.lands.every import LANDS
from tests.pure.walks import Arrow, Land, Walk, must_not_refuse

WALKS = 200

each = pytest.mark.parametrize("land", LANDS, ids=lambda land: land.decider.kind)


@each
@hypothesis.given(chance=st.randoms(use_true_random=False), steps=st.integers(1, 40))
@hypothesis.settings(max_examples=100)
def test_replay_equals_live_state_and_the_invariants_hold_T_hyp(
    land: Land, chance: Random, steps: int
) -> None:
    walk = Walk(land, chance)
    for _ in range(steps):
        walk.step()
    walk.replay()


@pytest.fixture(scope="module", params=LANDS, ids=lambda land: land.decider.kind)
def travelled(request: pytest.FixtureRequest) -> list[Walk]:
    """Return many walks through one land, the same every time; they explore it together."""
    walks: list[Walk] = []
    known = set[Arrow]()
    land: Land = request.param
    for seed in range(WALKS):
        chance = Random(seed)  # noqa: S311
        way = chance.choice(((), *land.ways))
        walk, left = Walk(land, chance, known, list(way)), 60
        while left:
            left = min(left - 1, 9) if walk.over else left - 1
            walk.step()
            for wish in walk.land.caused:
                must_not_refuse(walk, wish)
        walk.replay()
        walks.append(walk)
    return walks


def test_long_walks_keep_the_invariants_and_no_caused_command_is_refused(
    travelled: list[Walk],
) -> None:
    told, refused = sum(len(walk.told) for walk in travelled), sum(w.refused for w in travelled)

    print(f"{travelled[0].land.decider.kind}: {told} events, {refused} refusals")  # noqa: T201
    assert told > 100
    assert refused > 100


def test_every_arrow_of_the_table_is_walked_and_every_phase_is_reached(
    travelled: list[Walk],
) -> None:
    walk = travelled[0]

    assert walk.known is not None
    assert walk.land.arrows - walk.known == set()


def test_a_decider_that_keeps_something_to_be_changed_is_found() -> None:
    walk = Walk(LANDS[0], Random(1))  # noqa: S311
    walk.state.tried = set()

    with pytest.raises(AssertionError, match="tried"):
        walk._check_state()


def test_a_stuck_timer_is_found() -> None:
    walk = Walk(LANDS[0], Random(1))  # noqa: S311
    walk.state = active().state
    walk._check_timers()
    walk.state.closed_at, walk.state.idle_close = 0, -walk.state.active_at
    walk.land = attrs.evolve(walk.land, elapse=lambda *_: conversation.VisitorBack())

    with pytest.raises(AssertionError, match="stuck"):
        walk._check_timers()
