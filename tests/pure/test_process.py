"""A running process and its lease."""

from livechat_core import process as p
from livechat_core.process import Elapse, Start, State, Stop
from livechat_core.rules import seconds
from tests.pure.play import Story

START = Start(host="box", lease=seconds(15))


def started() -> Story[State]:
    story = Story(p.DECIDER)
    story.when(START)
    return story


def test_a_process_has_a_lease_from_its_start_G20() -> None:
    story = started()

    assert (story.summary.phase, story.due_in) == ("started", seconds(15))
    assert story.summary.facts == {"host": "box"}
    assert story.when(START) == []


def test_a_process_says_that_it_stops() -> None:
    story = started()

    assert story.when(Stop()) == [p.Stopped(reason="stopped")]
    assert story.when(Stop()) == story.when(Elapse()) == []
    assert story.summary.due_at is None


def test_a_process_that_died_is_stopped_by_another_one_G10() -> None:
    assert started().when(Elapse()) == [p.Stopped(reason="lost")]


def test_an_unknown_process_neither_stops_nor_elapses() -> None:
    assert Story(p.DECIDER).when(Stop()) == Story(p.DECIDER).when(Elapse()) == []
