"""The roster beside a plain look at all agents, through any changes."""

from typing import Any

from hypothesis import given, settings, strategies as st

from livechat_core.routing import ORDERS, Candidate, Choice, Need, Roster
from tests.pure.crew import agent

NAMES = ("ana", "ben", "sam", "eve")
agents = st.builds(
    agent,
    st.sampled_from(NAMES),
    queues=st.sampled_from([frozenset({"support"}), frozenset({"support", "sales"})]),
    capacity=st.integers(0, 3),
    load=st.integers(0, 3),
    why_not=st.sampled_from(["", "", "", "away", "full"]),
    tier=st.integers(0, 1),
    tiers=st.dictionaries(st.just("support"), st.integers(0, 1)),
    skills=st.dictionaries(st.sampled_from(["tax", "wine"]), st.integers(0, 2)),
    languages=st.sampled_from([frozenset(), frozenset({"de"})]),
    chats=st.dictionaries(st.just("support"), st.integers(0, 2)),
    last_assigned=st.integers(0, 2),
    idle_since=st.integers(0, 2),
    in_call=st.booleans(),
    ready_at=st.sampled_from([0, 0, 5, 12]),
)
needs = st.builds(
    Need,
    queue=st.sampled_from(["support", "sales"]),
    skills=st.sampled_from([(), ("tax",), ("tax", "wine")]),
    language=st.sampled_from(["", "de"]),
    weight=st.integers(1, 2),
    agent_limit=st.sampled_from([None, 1]),
    relax_after=st.sampled_from([None, 0, 4]),
    order=st.sampled_from(sorted(ORDERS)),
)
cases = st.fixed_dictionaries(
    {
        "since": st.integers(-8, 2),
        "tried": st.frozensets(st.sampled_from(NAMES)),
        "preferred": st.sampled_from(["", "ana", "eve"]),
    }
)
steps = st.lists(
    st.one_of(
        agents,
        st.sampled_from(NAMES),
        st.tuples(needs, cases),
        st.integers(0, 3),
    ),
    max_size=40,
)


def wants(need: Need, given_up: int) -> tuple[tuple[str, ...], str]:
    """Return the skills and the language that are left."""
    left = [need.language, *need.skills][: 1 + len(need.skills) - given_up]
    return tuple(left[1:]), left[0] if left else ""


def room(one: Candidate, need: Need) -> bool:
    limit = 99 if need.agent_limit is None else need.agent_limit
    return (
        need.queue in one.queues
        and one.load + need.weight <= one.capacity
        and one.chats.get(need.queue, 0) < limit
    )


def key(one: Candidate, order: str, queue: str, skills: tuple[str, ...]) -> tuple[Any, ...]:
    tier = one.tiers.get(queue, one.tier)
    level = -sum(one.skills.get(skill, 0) for skill in skills)
    first = (tier, one.in_call)
    ratio = one.load / one.capacity
    chain: dict[str, tuple[Any, ...]] = {
        "least_busy": (*first, level, ratio, one.last_assigned),
        "longest_idle": (*first, level, one.load, one.idle_since, one.last_assigned),
        "round_robin": (*first, one.last_assigned),
        "most_available": (*first, level, one.load - one.capacity, one.last_assigned),
        "in_order": first,
    }
    return (*chain[order], one.agent)


def scan(crew: list[Candidate], need: Need, now: int, case: dict[str, Any]) -> tuple[str, bool]:
    """Return who is asked, by looking at all; empty for nobody, and whether all have been."""
    tried, preferred = case["tried"], case["preferred"]
    free = [one for one in crew if not one.why_not and one.ready_at <= now and room(one, need)]
    if any(one.agent == preferred for one in free) and preferred not in tried:
        return preferred, False
    most = len(need.skills) + (need.language != "")
    waited = max(now - case["since"], 0)
    after = need.relax_after
    given_up = 0 if after is None else most if after == 0 else min(waited // after, most)
    able: list[Candidate] = []
    for number in range(given_up + 1):
        skills, language = wants(need, number)
        able = [
            one
            for one in free
            if all(one.skills.get(skill, 0) > 0 for skill in skills)
            and language in ("", *one.languages)
        ]
        left = [one for one in able if one.agent not in tried]
        if left:
            return min(left, key=lambda one: key(one, need.order, need.queue, skills)).agent, False
    return "", bool(able)


def outcome(choice: Choice) -> tuple[str, bool]:
    return (choice.seat.agent if choice.seat else "", choice.exhausted)


@settings(max_examples=400)
@given(steps)
def test_the_roster_chooses_as_a_plain_look_at_all_agents_would(changes: list[Any]) -> None:
    made, crew, now = Roster(), dict[str, Candidate](), 0
    for change in changes:
        match change:
            case Candidate():
                made.put(change)
                crew[change.agent] = change
            case str():
                made.drop(change)
                crew.pop(change, None)
            case int():
                now += change
            case (need, case):
                choice = made.choose(need, now=now, **case)
                assert outcome(choice) == scan(list(crew.values()), need, now, case)
                verdicts = made.explain(need, now=now, **case)
                able = [one.agent for one in verdicts if one.can]
                assert able[:1] == ([choice.seat.agent] if choice.seat else [])
                assert len(verdicts) == sum(need.queue in one.queues for one in crew.values())
                told = made.states(need.queue)
                assert sum(told.values()) == len(verdicts)
        resting = [one.ready_at for one in crew.values() if not one.why_not and one.ready_at > now]
        made.states("support", now=now)
        assert made.next_ready() == min(resting, default=None)


@settings(max_examples=200)
@given(st.lists(agents, unique_by=lambda one: one.agent), needs, cases, st.randoms())
def test_the_same_facts_lead_to_the_same_words(
    crew: list[Candidate], need: Need, case: dict[str, Any], random: Any
) -> None:
    first, second = Roster(), Roster()
    for one in crew:
        first.put(one)
    second.choose(need, now=0, **case)
    random.shuffle(crew)
    for one in crew:
        second.put(one)

    assert first.choose(need, now=9, **case) == second.choose(need, now=9, **case)
    assert first.explain(need, now=9, **case) == second.explain(need, now=9, **case)
