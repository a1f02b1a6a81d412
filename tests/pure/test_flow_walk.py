"""Any flow that has passed its check leads every visitor somewhere, whatever he answers."""

from typing import Any

from hypothesis import assume, given, settings, strategies as st

from livechat_core import flow
from livechat_core.flow.format import LINES_PER_TURN, MOST_CHOICES
from tests.pure.flows import Talk

FIELDS = st.sampled_from(["name", "email", "phone", "topic", "day"])
ENDS = st.sampled_from(["hand_off", "leave_message", "close"])
LINES = st.sampled_from(
    [
        "Yes",
        "no",
        "1",
        "2",
        "A0",
        "",
        "hm",
        "clara@example.org",
        "+45 33 00 00 00",
        "Clara",
        "x" * 5000,
    ]
)
AVAILABLE = st.sampled_from(["online", "busy", "offline"])


@st.composite
def steps(draw: st.DrawFn, number: int, last: int) -> dict[str, Any]:
    """Return one step; those that do not wait for the visitor mostly go forward."""
    ahead = st.integers(number + 1, last).map(lambda at: f"s{at}")
    anywhere = st.integers(0, last).map(lambda at: f"s{at}")
    say = {"say": draw(st.sampled_from(["So.", ["So.", "And?"]]))}
    match draw(st.sampled_from(["choices", "ask", "helped", "cases", "go", "end"])):
        case "choices":
            rows = [
                {"text": f"A{at}", "to": draw(anywhere)} for at in range(draw(st.integers(1, 4)))
            ]
            more = draw(st.sampled_from([{}, {"ask": "topic"}, {"to": draw(anywhere)}]))
            return {**say, "choices": rows, **more}
        case "ask":
            return {**say, "ask": draw(FIELDS), "to": draw(ahead)}
        case "helped":
            more = draw(st.sampled_from([{}, {"solved": draw(anywhere)}]))
            return {**say, "unsolved": draw(anywhere), **more}
        case "cases":
            cases = [
                {"available": draw(AVAILABLE), "to": draw(st.one_of(ahead, anywhere))},
                {"words": "hm", "to": draw(ahead)},
            ]
            return {"cases": cases, "to": draw(ahead)}
        case "go":
            return {**say, "to": draw(ahead)}
        case _:
            return {**say, "end": draw(ENDS)}


@st.composite
def sound_flows(draw: st.DrawFn) -> flow.Flow:
    """Return a flow without problems; what nothing leads to is left out."""
    last = draw(st.integers(1, 8))
    found = {f"s{at}": draw(steps(at, last)) for at in range(last)}
    found[f"s{last}"] = {"say": "So.", "end": draw(ENDS)}
    some = st.sampled_from(sorted(found))
    tables = {"start": "s0", "person": draw(some), "nobody": draw(st.one_of(st.just(""), some))}
    _, problems = flow.examine({**tables, "steps": found})
    lost = {problem.place for problem in problems if problem.code == "unreachable"}
    left = {name: step for name, step in found.items() if f"steps.{name}" not in lost}
    played, problems = flow.examine({**tables, "steps": left})
    assume(not problems)
    return played


def desk_can_bear(talk: Talk) -> None:
    """Look at one reply: it waits with a question or it ends, and nothing in it is too much."""
    reply = talk.reply
    assert reply.outcome or reply.says, "it waits in silence"
    assert len(reply.says) <= LINES_PER_TURN
    assert all(line.text.strip() and len(line.choices) <= MOST_CHOICES for line in reply.says)
    assert sum(map(len, (*reply.memory, *reply.memory.values()))) <= 4096
    assert ("step" in reply.memory) is (reply.outcome is None)


@settings(max_examples=100)
@given(sound_flows(), AVAILABLE, st.lists(LINES, max_size=12), LINES)
def test_a_sound_flow_waits_or_ends_and_a_wish_for_a_person_ends_it(
    played: flow.Flow, available: str, said: list[str], question: str
) -> None:
    """S3-3, F43."""
    talk = Talk(played, question, available=available)
    desk_can_bear(talk)
    for line in said:
        if talk.outcome is None:
            desk_can_bear(talk.says(line))
        elif talk.outcome is flow.Outcome.HAND_OFF:
            desk_can_bear(talk.finds_nobody())
            assert talk.outcome is not flow.Outcome.HAND_OFF
    wishes = 0
    while talk.outcome is None:
        desk_can_bear(talk.says("human"))
        wishes += 1
    assert wishes <= 2


@settings(max_examples=50)
@given(sound_flows())
def test_a_sound_flow_can_be_drawn(played: flow.Flow) -> None:
    diagram, picture = flow.mermaid(played), flow.svg(played)
    assert all(f"s_{name}[" in diagram for name in played.steps)
    assert all(f">{name}</text>" in picture for name in played.steps)
