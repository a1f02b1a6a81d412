"""What others may look up about an enquiry, and what a refusal of one tells."""

from collections.abc import Callable

import attrs
import pytest

from livechat_core import enquiry as q
from livechat_core.enquiry import (
    Claim,
    ConfirmMatch,
    Match,
    Release,
    Report,
    Settle,
    Step,
    TakeOver,
)
from livechat_core.errors import LivechatError, NotFound
from livechat_core.rules import seconds
from livechat_core.streams import Command
from tests.pure.enquiries import (
    MARIA_MATCH,
    OTHER_MATCH,
    Work,
    answered,
    claimed,
    done,
    enquiry_of,
    filed,
    linked,
    matching,
    report,
)
from tests.pure.play import ANA, BEN, NOON, SAM, Story

REPLY = q.Reply(by=ANA, subject="Your question", text="Yes, we do.")


def unknown() -> Work:
    story = linked()
    story.when(report(story, Step.NOTE, unknown="no answer"))
    return story


def nameless() -> Work:
    """Return a ticket whose maker has it, of a customer whose address nobody knows."""
    story = Story(q.DECIDER)
    facts = q.Facts(kind="ticket", site="Drumstory", subject="Broken drum")
    opened = q.Open(
        conversation="conversation/1",
        site="drumstory",
        queue="sales",
        facts=facts,
        ticket=2,
        agent="ana",
        name="Ana",
        contact="contact/3",
    )
    story.when(opened, q.Announce(number=7, said=("Hello",)))
    return story


# --- the summary ---------------------------------------------------------------------------------


def test_staff_see_how_far_an_enquiry_is_S0_14_to_S0_20() -> None:
    story = matching(MARIA_MATCH, OTHER_MATCH)
    summary = story.summary

    assert (summary.phase, summary.queue) == ("matching", "sales")
    assert summary.labels == {"conversation=conversation/1", "site=drumstory", "agent=ana"}
    assert {**summary.facts, "facts": {}, "text": ""} == {
        "conversation": "conversation/1",
        "site": "drumstory",
        "facts": {},
        "ticket": 0,
        "subject": "",
        "text": "",
        "reference": story.state.reference,
        "claimed_by": "ana",
        "claimed_by_name": "Ana",
        "opened_at": NOON,
        "email": "Maria@example.org",
        "looked_up": True,
        "matches": [attrs.asdict(MARIA_MATCH), attrs.asdict(OTHER_MATCH)],
        "customer": "",
        "customer_name": "",
        "step": "",
        "unknown": "",
        "failed": "",
        "failed_step": "",
    }
    assert str(summary.facts["text"]).startswith("A new customer has left a message")


def test_staff_see_which_step_is_under_way_and_which_has_failed_G13() -> None:
    def shown(story: Work) -> tuple[object, ...]:
        facts = story.summary.facts
        return tuple(facts[name] for name in ("step", "unknown", "failed", "failed_step"))

    story = linked()
    assert shown(story) == ("note", "", "", "")
    assert shown(unknown()) == ("note", "no answer", "", "")
    story.when(report(story, Step.NOTE, failed="refused"))
    assert shown(story) == ("", "", "refused", "note")
    facts = story.summary.facts
    assert (facts["customer"], facts["customer_name"]) == ("c-7", "Maria Berg")


def test_a_ticket_says_what_it_is_about_and_who_has_it_S1_19() -> None:
    story = nameless()
    facts = story.summary.facts

    assert (facts["ticket"], facts["subject"]) == (2, "Broken drum")
    assert (facts["claimed_by"], facts["email"], facts["looked_up"]) == ("ana", "", False)
    assert (story.state.kind, story.state.contact) == ("ticket", "contact/3")
    assert enquiry_of().state.kind == "left_message"
    assert story.due_in == seconds(1800)


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "command", "code", "facts"),
    [
        (claimed, Claim(by=BEN), "claimed", {"owner": "Ana", "phase": "claimed"}),
        (claimed, Release(by=BEN), "claimed", {"owner": "Ana", "phase": "claimed"}),
        (linked, q.Drop(by=ANA), "step_under_way", {"step": "note"}),
        (linked, REPLY, "not_now", {"phase": "linked", "wanted": "ReplyBegan"}),
        (done, q.Drop(by=BEN), "forbidden", {"owner": "Ana"}),
        (enquiry_of, Settle(by=ANA, outcome="repeat"), "not_claimed", {}),
        (filed, Settle(by=ANA, outcome="repeat"), "not_unknown", {"phase": "filed"}),
        (unknown, Settle(by=ANA, outcome="perhaps"), "bad_outcome", {"outcome": "perhaps"}),
        (
            *(matching, ConfirmMatch(by=ANA, ref="c-9"), "unknown_customer"),
            {"ref": "c-9"},
        ),
        (
            *(claimed, q.SearchAgain(by=ANA, email="x@example.org"), "step_under_way"),
            {"step": "lookup"},
        ),
        (
            *(answered, q.ScheduleFollowUp(by=ANA, due_at=-1), "invalid_time"),
            {"field": "due_at"},
        ),
    ],
)
def test_a_refusal_names_what_stands_against_it(
    story: Callable[[], Work], command: Command, code: str, facts: dict[str, object]
) -> None:
    refusal: LivechatError = story().refusal(command)

    assert (refusal.code, refusal.facts) == (code, facts)


@pytest.mark.parametrize("command", [Claim(by=ANA), TakeOver(by=SAM), Release(by=ANA)])
def test_nobody_finds_an_enquiry_that_is_not_there_B75(command: Command) -> None:
    assert isinstance(Story(q.DECIDER).refusal(command), NotFound)


# --- what is recorded ----------------------------------------------------------------------------


def test_who_takes_over_is_named_with_whom_he_takes_it_from() -> None:
    story = claimed()

    assert story.when(TakeOver(by=SAM)) == [
        q.TakenOver(agent="sam", name="Sam", former="ana", until=NOON + seconds(1800))
    ]
    assert story.when(TakeOver(by=SAM)) == []


def test_an_answer_goes_to_the_customer_as_it_was_written_S0_18() -> None:
    (began,) = filed().when(REPLY)

    assert began == q.ReplyBegan(
        revision=3, to="Maria@example.org", subject="Your question", text="Yes, we do."
    )


def test_a_follow_up_is_the_claimers_and_due_a_day_later_unless_he_says_when_S0_20() -> None:
    story = answered()
    (began,) = story.when(q.ScheduleFollowUp(by=ANA))

    assert began == q.FollowUpBegan(
        revision=4,
        title=f"Follow up: {story.state.reference}",
        due_at=NOON + seconds(86_400),
        assignee="Ana",
    )
    (named,) = answered().when(q.ScheduleFollowUp(by=ANA, title="Call her", due_at=NOON + 1))
    assert named == q.FollowUpBegan(revision=4, title="Call her", due_at=NOON + 1, assignee="Ana")


def test_a_customer_is_created_with_all_that_is_known_S0_22() -> None:
    command = q.CreateCustomer(by=ANA, name="Maria Berg", phone="+47 123456", company="Berg")
    (began,) = matching().when(command)

    assert began == q.CreationBegan(
        revision=2,
        name="Maria Berg",
        email="Maria@example.org",
        phone="+47 123456",
        company="Berg",
        location="Bergen",
    )
    story = matching(name="")
    (unnamed,) = story.when(q.CreateCustomer(by=ANA))
    assert isinstance(unnamed, q.CreationBegan)
    assert unnamed.name == "Maria@example.org"


def test_what_the_erm_has_made_is_recorded_under_its_own_names() -> None:
    def told(story: Work, step: Step, **result: str) -> object:
        return story.when(report(story, step, result=result))[0]

    creating = matching()
    creating.when(q.CreateCustomer(by=ANA))
    assert told(creating, Step.CREATE, ref="c-9", name="Maria") == q.Linked(
        ref="c-9", name="Maria", how="created"
    )
    assert told(linked(), Step.NOTE, id="n-1") == q.Filed(note="n-1")
    replied = filed()
    replied.when(REPLY)
    assert told(replied, Step.MAIL, id="m-1") == q.Answered(mail="m-1")
    following = answered()
    following.when(q.ScheduleFollowUp(by=ANA))
    assert told(following, Step.FOLLOW_UP, id="t-1") == q.FollowUpScheduled(task="t-1")


def test_a_step_is_done_though_the_other_side_gives_it_no_number() -> None:
    noting, replying, following = linked(), filed(), answered()
    replying.when(REPLY)
    following.when(q.ScheduleFollowUp(by=ANA))

    assert noting.when(report(noting, Step.NOTE)) == [q.Filed(note="")]
    assert replying.when(report(replying, Step.MAIL)) == [q.Answered(mail="")]
    assert following.when(report(following, Step.FOLLOW_UP)) == [q.FollowUpScheduled(task="")]


def test_a_customer_who_was_created_without_a_name_has_none() -> None:
    creating = matching()
    creating.when(q.CreateCustomer(by=ANA))

    (made, _) = creating.when(report(creating, Step.CREATE, result={"ref": "c-9"}))
    assert made == q.Linked(ref="c-9", name="", how="created")


def test_trouble_is_recorded_with_its_step_and_reason_G13() -> None:
    story = linked()

    assert story.when(report(story, Step.NOTE, unknown="no answer")) == [
        q.StepUnknown(step=Step.NOTE, revision=2, reason="no answer")
    ]
    assert story.when(report(story, Step.NOTE, unknown="again")) == []
    assert story.when(Settle(by=ANA, outcome="repeat")) == [
        q.StepSettled(step=Step.NOTE, revision=2, outcome="repeat")
    ]
    assert story.when(Report(step=Step.NOTE, revision=1, failed="late")) == []
    assert story.when(report(story, Step.NOTE, failed="refused")) == [
        q.StepFailed(step=Step.NOTE, reason="refused")
    ]


def test_one_customer_of_that_address_is_linked_by_itself_where_the_site_wants_it_S0_16() -> None:
    story = claimed(site="performances")
    match = Match(ref="c-7", name="Maria Berg", email=" MARIA@example.org")

    assert story.when(report(story, Step.LOOKUP, matches=(match,))) == [
        q.LookedUp(matches=(match,)),
        q.Linked(ref="c-7", name="Maria Berg", how="automatic"),
        q.NoteBegan(revision=2),
    ]


def test_a_reference_never_changes_or_a_probe_would_find_nothing() -> None:
    assert q.reference(7, "conversation/1", b"secret") == "Ref 7-rxdbvm"
