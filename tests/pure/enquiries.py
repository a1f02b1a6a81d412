"""Enquiries to begin a case with."""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from livechat_core import enquiry
from livechat_core.enquiry import (
    Announce,
    Claim,
    ConfirmMatch,
    Facts,
    Match,
    Open,
    Report,
    State,
    Step,
)
from livechat_core.streams import Actor
from tests.pure.play import ANA, Story

Work: TypeAlias = Story[State]

FACTS = Facts(
    kind="left_message",
    site="Drumstory",
    name="Maria",
    email="Maria@example.org",
    question="Do you hire drummers?\nFor a wedding.",
    page="https://drumstory.example/hire",
    location="Bergen",
)
MARIA_MATCH = Match(ref="c-7", name="Maria Berg", email="maria@example.org")
OTHER_MATCH = Match(ref="c-8", name="Maria Dahl", email="maria@example.org")

ORDER = ("open", "claimed", "matching", "linked", "filed", "answered", "scheduled", "done")


def enquiry_of(site: str = "drumstory", **facts: Any) -> Work:
    """Return an open, announced enquiry."""
    story = Story(enquiry.DECIDER)
    story.when(
        Open(
            conversation="conversation/1",
            site=site,
            queue="sales",
            facts=attrs.evolve(FACTS, **facts),
        ),
        Announce(number=48211),
    )
    return story


def report(story: Work, step: Step, **told: Any) -> Report:
    """Return what the job of the step under way tells."""
    return Report(step=step, revision=story.state.revision, **told)


def claimed(by: Actor = ANA, **changes: Any) -> Work:
    story = enquiry_of(**changes)
    story.when(Claim(by=by))
    return story


def matching(*matches: Match, **changes: Any) -> Work:
    story = claimed(**changes)
    story.when(report(story, Step.LOOKUP, matches=matches))
    return story


def linked() -> Work:
    story = matching(MARIA_MATCH)
    story.when(ConfirmMatch(by=ANA, ref="c-7"))
    return story


def filed() -> Work:
    story = linked()
    story.when(report(story, Step.NOTE, result={"id": "n-1"}))
    return story


def answered() -> Work:
    story = filed()
    story.when(enquiry.Reply(by=ANA, subject="Your question", text="Yes, we do."))
    story.when(report(story, Step.MAIL, result={"id": "m-1"}))
    return story


def scheduled() -> Work:
    story = answered()
    story.when(enquiry.ScheduleFollowUp(by=ANA))
    story.when(report(story, Step.FOLLOW_UP, result={"id": "t-1"}))
    return story


def done() -> Work:
    story = scheduled()
    story.when(enquiry.Complete(by=ANA))
    return story


AT: dict[str, Callable[[], Work]] = {
    "open": enquiry_of,
    "claimed": claimed,
    "matching": lambda: matching(MARIA_MATCH),
    "linked": linked,
    "filed": filed,
    "answered": answered,
    "scheduled": scheduled,
    "done": done,
}
"""An enquiry in each phase of the legal order."""
