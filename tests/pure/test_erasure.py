"""Forgetting one person: who may ask, what is waited for, and what stays to be done (A79)."""

import pytest

from livechat_core import erasure
from livechat_core.erasure import (
    AGAIN,
    Ask,
    Copy,
    Find,
    Finish,
    Phase,
    RemoveCopy,
    State,
    Wait,
)  # fmt: skip
from tests.pure.play import ANA, MARIA, SAM, Story, kinds

NOTE = Copy(system="erm", what="note", ref="17")
MAIL = Copy(system="mail", what="mail", ref="<1@example.org>")


def asked() -> Story[State]:
    story: Story[State] = Story(erasure.DECIDER)
    story.when(Ask(by=SAM, subject="contact/1"))
    return story


def found(*copies: Copy) -> Story[State]:
    story = asked()
    story.when(Find(streams=("visit/1", "contact/1"), copies=copies))
    return story


@pytest.mark.parametrize("by", [ANA, MARIA])
def test_only_supervisors_have_a_person_forgotten(by: erasure.Ask) -> None:
    story: Story[State] = Story(erasure.DECIDER)

    assert story.refuses(Ask(by=by, subject="contact/1")) == "forbidden"  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["conversation/1", "contact", "", "presence/ana.1"])
def test_a_person_is_a_contact_or_a_visit(subject: str) -> None:
    story: Story[State] = Story(erasure.DECIDER)

    assert story.refuses(Ask(by=SAM, subject=subject)) == "bad_subject"


def test_it_is_begun_at_once_and_asking_twice_is_asking_once() -> None:
    story = asked()

    assert story.due_in == 0
    assert story.when(Ask(by=SAM, subject="contact/1")) == []
    assert story.summary.facts["agent"] == "sam"


def test_it_waits_for_what_is_open_and_looks_again() -> None:
    story = asked()
    waits = Wait(streams=("conversation/1",))
    assert kinds(story.when(waits)) == ["Blocked"]
    assert story.due_in == AGAIN
    assert story.summary.facts["blocked_by"] == ["conversation/1"]
    assert story.when(waits) == []
    story.when(Find(streams=(), copies=()))
    assert story.summary.facts["blocked_by"] == []
    assert story.due_in == 0


def test_afterwards_it_does_not_know_who_it_was() -> None:
    story = found()
    assert story.state.streams == ("visit/1", "contact/1")
    story.when(Finish())

    assert (story.summary.phase, story.due_in) == (Phase.DONE, None)
    assert (story.state.subject, story.state.streams) == ("", ())


@pytest.mark.parametrize("command", [Wait(streams=()), Finish(), Find(streams=(), copies=())])
def test_what_is_done_is_done(command: Wait | Finish | Find) -> None:
    story = found()
    story.when(Finish())

    assert story.refuses(command) == "not_now"


def test_copies_outside_are_ticked_off_one_by_one() -> None:
    story = found(NOTE, MAIL)
    story.when(Finish())
    assert [row["ref"] for row in story.summary.facts["copies"]] == ["17", "<1@example.org>"]
    told = story.when(RemoveCopy(by=SAM, copy=0))

    assert told == [erasure.CopyRemoved(copy=0, agent="sam")]
    assert story.when(RemoveCopy(by=SAM, copy=0)) == []
    (left,) = story.summary.facts["copies"]
    assert (left["copy"], left["what"]) == (1, "mail")


@pytest.mark.parametrize("copy", [-1, 2])
def test_there_is_no_other_copy(copy: int) -> None:
    assert found(NOTE, MAIL).refuses(RemoveCopy(by=SAM, copy=copy)) == "not_found"
