"""Streams, their names, and what is kept of them."""

import attrs
import pytest

from livechat_core.streams import SYSTEM, Cause, Commit, Stored, Summary, Write, id_of, kind_of
from tests.pure.play import ANA, MARIA, SAM


def test_a_stream_is_named_by_its_kind_and_its_id() -> None:
    assert (kind_of("conversation/7f3a"), id_of("conversation/7f3a")) == ("conversation", "7f3a")
    assert Summary(stream="job/1.note.2", phase="owed").kind == "job"


def test_an_actor_is_one_word_in_the_journal_and_staff_or_not() -> None:
    assert (ANA.label, SYSTEM.label) == ("agent:ana", "system:desk")
    assert [actor.is_staff for actor in (ANA, SAM, MARIA, SYSTEM)] == [True, True, False, False]


def test_a_label_is_found_by_its_key_the_same_way_every_time_G25() -> None:
    summary = Summary(
        stream="presence/ana.1", phase="busy", labels=frozenset({"process=b", "process=a", "x=1"})
    )

    assert (summary.labelled("process"), summary.labelled("x")) == ("a", "1")
    assert summary.labelled("absent") == ""


def write(stream: str, *events: Stored) -> Write:
    summary = Summary(stream=stream, phase="owed")
    return Write(stream=stream, expected=0, events=events, summary=summary)


CAUSE = Cause(stream="job/1", actor="agent:ana", id="c1", digest="d")
OWED = Stored(type="Owed", data=b"{}")


def test_a_commit_writes_each_stream_once_with_events_and_may_only_ask() -> None:
    assert Commit(writes=(write("job/1", OWED),), cause=CAUSE).cause == CAUSE
    assert Commit(cause=CAUSE).writes == ()


@pytest.mark.parametrize(
    ("writes", "why"),
    [
        ((write("job/1"),), "with events"),
        ((write("job/1", OWED), write("job/1", OWED)), "one write"),
        ((write("job/2", OWED),), "the cause names"),
    ],
)
def test_a_commit_that_makes_no_sense_is_refused(writes: tuple[Write, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Commit(writes=writes, cause=CAUSE)


def test_a_summary_is_stamped_with_what_its_decider_does_not_know() -> None:
    summary = Summary(
        stream="conversation/1",
        phase="waiting",
        queue="sales",
        rank=(0, 5),
        due_at=9,
        labels=frozenset({"site=drumstory"}),
        facts={"name": "Maria"},
    )

    assert summary.stamped(version=3, number=7, begun_at=5) == attrs.evolve(
        summary, version=3, number=7, begun_at=5
    )
