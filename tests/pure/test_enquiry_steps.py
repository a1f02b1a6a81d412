"""The steps of an enquiry, their order, and what happens when one fails or nobody knows."""

from collections.abc import Callable

import attrs
import pytest

from livechat_core import enquiry as q
from livechat_core.enquiry import (
    Announce,
    Claim,
    Complete,
    ConfirmMatch,
    CreateCustomer,
    Match,
    Reply,
    Report,
    Retry,
    ScheduleFollowUp,
    SearchAgain,
    Settle,
    Step,
)
from livechat_core.errors import Invalid, NotFound
from livechat_core.rules import seconds
from livechat_core.streams import SYSTEM
from tests.pure.enquiries import (
    AT,
    FACTS,
    MARIA_MATCH,
    ORDER,
    OTHER_MATCH,
    Work,
    answered,
    claimed,
    done,
    filed,
    linked,
    matching,
    report,
    scheduled,
)
from tests.pure.play import ANA, BEN, Story, kinds

REPLY = Reply(by=ANA, subject="Your question", text="Yes, we do.")
BEGINS: dict[str, q.Wanted] = {
    "claimed": SearchAgain(by=ANA, email="else@example.org"),
    "matching": ConfirmMatch(by=ANA, ref="c-7"),
    "filed": REPLY,
    "answered": ScheduleFollowUp(by=ANA),
    "scheduled": Complete(by=ANA),
}


def broken(phase: str) -> Work:
    """Return an enquiry whose step in this phase has failed for good."""
    story = AT[phase]()
    if phase in ("filed", "answered"):
        story.when(BEGINS[phase])
    elif phase == "matching":
        story.when(CreateCustomer(by=ANA, name="Maria Berg", phone="+47 1"))
    live = story.state.live
    assert live is not None
    story.when(Report(step=live.step, revision=live.revision, failed="erm_400"))
    return story


def unknown(phase: str) -> Work:
    """Return an enquiry of whose step in this phase nobody knows the outcome."""
    story = broken(phase)
    story.when(Retry(by=ANA))
    live = story.state.live
    assert live is not None
    story.when(Report(step=live.step, revision=live.revision, unknown="timeout"))
    return story


def test_the_whole_way_of_a_known_customer_S0_14_to_S0_20() -> None:
    story = done()

    assert kinds(story.told) == [
        *("Opened", "Announced", "Claimed", "SearchBegan", "LookedUp", "Linked", "NoteBegan"),
        *("Filed", "ReplyBegan", "Answered", "FollowUpBegan", "FollowUpScheduled", "Completed"),
    ]
    assert story.summary.facts["customer"] == "c-7"
    assert story.summary.due_at is None


def test_a_customer_that_is_found_is_linked_and_none_is_created_S0_16() -> None:
    story = matching(MARIA_MATCH)
    assert story.summary.facts["matches"][0]["ref"] == "c-7"

    assert story.when(ConfirmMatch(by=ANA, ref="c-7")) == [
        q.Linked(ref="c-7", name="Maria Berg", how="confirmed"),
        q.NoteBegan(revision=2),
    ]
    assert story.when(ConfirmMatch(by=ANA, ref="c-7")) == []
    assert story.when(CreateCustomer(by=ANA)) == []


def test_a_customer_that_is_not_found_is_created_with_all_that_is_known_S0_21_S0_22() -> None:
    story = matching()

    assert story.when(CreateCustomer(by=ANA, phone="+47 1")) == [
        q.CreationBegan(
            revision=2,
            name="Maria",
            email="Maria@example.org",
            phone="+47 1",
            company="",
            location="Bergen",
        )
    ]


def test_missing_details_do_not_block_the_creation_S0_22() -> None:
    (begun,) = matching(name="", location="").when(CreateCustomer(by=ANA))

    assert isinstance(begun, q.CreationBegan)
    assert begun.name == "Maria@example.org"


def test_the_new_customer_is_saved_before_the_note_begins_S0_23_S0_24() -> None:
    story = matching()
    story.when(CreateCustomer(by=ANA))
    assert story.summary.phase == "matching"

    assert story.when(report(story, Step.CREATE, result={"ref": "c-9", "name": "Maria"})) == [
        q.Linked(ref="c-9", name="Maria", how="created"),
        q.NoteBegan(revision=3),
    ]


def test_the_note_is_saved_before_the_answer_and_that_before_the_follow_up_S0_18_S0_25() -> None:
    story = linked()
    assert story.refuses(REPLY) == "not_now"
    story.when(report(story, Step.NOTE, result={"id": "n-1"}))

    assert story.when(REPLY) == [
        q.ReplyBegan(
            revision=3, to="Maria@example.org", subject="Your question", text="Yes, we do."
        )
    ]
    assert story.refuses(ScheduleFollowUp(by=ANA)) == "not_now"
    assert story.when(report(story, Step.MAIL, result={"id": "m-1"})) == [q.Answered(mail="m-1")]
    (begun,) = story.when(ScheduleFollowUp(by=ANA))
    assert begun == q.FollowUpBegan(
        revision=4,
        title=f"Follow up: {story.state.reference}",
        due_at=story.now + seconds(24 * 3600),
        assignee="Ana",
    )


@pytest.mark.parametrize("phase", ORDER)
def test_a_step_out_of_order_is_refused_and_changes_nothing_S0_26_A71(phase: str) -> None:
    for begin, command in BEGINS.items():
        story = AT[phase]()
        allowed = begin == phase or (begin == "claimed" and phase == "matching")
        if allowed or (isinstance(command, Complete) and phase == "done"):
            continue
        if isinstance(command, ConfirmMatch) and story.state.customer:
            assert story.when(command) == []
            continue
        told = list(story.told)
        assert story.refuses(command) in {"not_now", "not_claimed", "step_under_way"}
        assert story.told == told


def test_a_step_is_begun_only_while_none_is_under_way_G14() -> None:
    story = claimed()
    assert story.refuses(SearchAgain(by=ANA, email="x@example.org")) == "step_under_way"

    story = filed()
    story.when(REPLY)
    assert story.refuses(REPLY) == "step_under_way"


def test_a_finished_step_is_not_repeated_S0_26() -> None:
    assert answered().refuses(REPLY) == "not_now"
    assert scheduled().refuses(ScheduleFollowUp(by=ANA)) == "not_now"
    assert done().when(Complete(by=ANA)) == []


def test_only_who_has_it_does_the_steps_A70() -> None:
    for phase, command in BEGINS.items():
        story = AT[phase]()
        by_ben = attrs.evolve(command, by=BEN)
        assert story.refusal(by_ben).facts["owner"] == "Ana"


def test_a_search_by_another_address_may_follow_S2_8() -> None:
    story = matching()

    assert story.when(SearchAgain(by=ANA, email="maria@work.example")) == [
        q.SearchBegan(revision=2, email="maria@work.example")
    ]
    assert story.summary.facts["email"] == "maria@work.example"


def test_several_matches_need_a_person_who_names_one_of_them_S0_27() -> None:
    for story in (
        matching(MARIA_MATCH, OTHER_MATCH),
        matching(MARIA_MATCH, OTHER_MATCH, site="performances"),
    ):
        assert story.state.live is None
        assert isinstance(story.refusal(ConfirmMatch(by=ANA, ref="c-99")), NotFound)
        assert kinds(story.when(ConfirmMatch(by=ANA, ref="c-8"))) == ["Linked", "NoteBegan"]


def test_a_site_may_link_a_single_match_or_create_by_itself() -> None:
    for matches, last in (((MARIA_MATCH,), ["Linked", "NoteBegan"]), ((), ["CreationBegan"])):
        story = claimed(site="performances")
        events = story.when(report(story, Step.LOOKUP, matches=matches))
        assert kinds(events) == ["LookedUp", *last]


def test_a_record_of_another_address_is_never_linked_by_itself_B85() -> None:
    story = claimed(site="performances")
    other = Match(ref="c-9", name="Somebody else", email="else@example.org")
    assert kinds(story.when(report(story, Step.LOOKUP, matches=(other,)))) == ["LookedUp"]


def test_nothing_is_linked_before_the_announcement_is_written_S0_17() -> None:
    story = Story(q.DECIDER)
    story.when(
        q.Open(conversation="conversation/1", site="performances", queue="events", facts=FACTS),
        Claim(by=ANA),
    )

    assert story.summary.due_at == story.now
    assert kinds(story.when(report(story, Step.LOOKUP, matches=(MARIA_MATCH,)))) == ["LookedUp"]
    assert story.refuses(ConfirmMatch(by=ANA, ref="c-7")) == "not_announced"
    assert kinds(story.when(q.Elapse(number=48211))) == ["Announced"]
    assert kinds(story.when(ConfirmMatch(by=ANA, ref="c-7"))) == ["Linked", "NoteBegan"]


def test_the_announcement_is_written_once_and_only_when_the_number_is_known_S0_17() -> None:
    story = Story(q.DECIDER)
    assert story.when(Announce(number=1)) == []
    story.when(q.Open(conversation="conversation/1", site="drumstory", queue="sales", facts=FACTS))

    assert story.when(Announce(number=0)) == []
    assert kinds(story.when(Announce(number=48211))) == ["Announced"]
    assert story.when(Announce(number=48212)) == []


def test_without_an_address_there_is_no_answer_by_mail() -> None:
    story = claimed(email="")
    story.when(SearchAgain(by=ANA, email=""))
    story.when(report(story, Step.LOOKUP, matches=(MARIA_MATCH,)))
    story.when(ConfirmMatch(by=ANA, ref="c-7"))
    story.when(report(story, Step.NOTE, result={"id": "n-1"}))

    assert story.refuses(REPLY) == "no_address"


def test_a_follow_up_has_a_title_and_a_time_if_they_are_given_S0_20_B69() -> None:
    (begun,) = answered().when(ScheduleFollowUp(by=ANA, title="Call", due_at=seconds(5)))
    assert isinstance(begun, q.FollowUpBegan)
    assert (begun.title, begun.due_at) == ("Call", seconds(5))

    refusal = answered().refusal(ScheduleFollowUp(by=ANA, due_at=-1))
    assert isinstance(refusal, Invalid)
    assert refusal.code == "invalid_time"


@pytest.mark.parametrize("phase", ["claimed", "matching", "linked", "filed", "answered"])
def test_a_failed_step_may_be_begun_again_just_as_it_was_G15(phase: str) -> None:
    story = broken(phase)
    before = story.state.begun
    assert story.summary.facts["failed"] == "erm_400"
    assert story.summary.facts["failed_step"] == story.state.failed_step

    (again,) = story.when(Retry(by=ANA))

    assert type(again) is type(before)
    assert before is not None
    assert isinstance(
        again, q.SearchBegan | q.CreationBegan | q.NoteBegan | q.ReplyBegan | q.FollowUpBegan
    )
    assert again.revision == before.revision + 1
    assert story.summary.facts["failed"] == ""


def test_there_is_nothing_to_retry_if_nothing_has_failed() -> None:
    assert filed().when(Retry(by=ANA)) == []


def test_a_failed_mail_may_be_written_anew() -> None:
    assert kinds(broken("filed").when(REPLY)) == ["ReplyBegan"]


@pytest.mark.parametrize("phase", ["claimed", "matching", "linked", "filed", "answered"])
def test_an_unknown_step_stops_everything_until_a_person_says_G13(phase: str) -> None:
    story = unknown(phase)
    assert story.summary.facts["unknown"] == "timeout"
    live = story.state.live
    assert live is not None

    for command in BEGINS.values():
        if isinstance(command, ConfirmMatch) and story.state.customer:
            continue
        assert story.refuses(command) in {"step_under_way", "not_now"}
    assert story.when(Report(step=live.step, revision=live.revision, unknown="again")) == []
    assert story.when(Settle(by=ANA, outcome="repeat")) == [
        q.StepSettled(step=live.step, revision=live.revision, outcome="repeat")
    ]
    assert story.summary.facts["unknown"] == ""
    assert story.refuses(Settle(by=ANA, outcome="repeat")) == "not_unknown"


@pytest.mark.parametrize("phase", ["claimed", "matching", "linked", "filed", "answered"])
def test_a_step_that_a_person_gives_up_may_be_begun_again_and_is_no_dead_end(phase: str) -> None:
    story = unknown(phase)
    story.when(Settle(by=ANA, outcome="drop"))

    assert story.state.live is None
    assert len(story.when(Retry(by=ANA))) == 1


def test_a_person_says_arrived_repeat_or_drop_and_of_a_search_not_arrived() -> None:
    assert unknown("linked").refuses(Settle(by=ANA, outcome="perhaps")) == "bad_outcome"
    assert unknown("claimed").refuses(Settle(by=ANA, outcome="arrived")) == "bad_outcome"
    assert filed().refuses(Settle(by=ANA, outcome="drop")) == "not_unknown"


def test_a_note_that_a_person_saw_in_the_erm_is_filed_G13() -> None:
    story = unknown("linked")
    story.when(Settle(by=ANA, outcome="arrived"))

    assert kinds(story.when(report(story, Step.NOTE))) == ["Filed"]


def test_a_customer_that_a_person_saw_in_the_erm_is_looked_up_and_not_linked_blindly() -> None:
    story = unknown("matching")
    story.when(Settle(by=ANA, outcome="arrived"))

    assert story.when(report(story, Step.CREATE)) == [
        q.SearchBegan(revision=4, email="Maria@example.org")
    ]


@pytest.mark.parametrize("change", [-1, 1])
def test_a_report_of_another_revision_or_step_changes_nothing_G14(change: int) -> None:
    story = linked()
    revision = story.state.revision

    assert story.when(Report(step=Step.NOTE, revision=revision + change)) == []
    assert story.when(Report(step=Step.MAIL, revision=revision)) == []
    story.when(Report(step=Step.NOTE, revision=revision, result={"id": "n-1"}))
    assert story.when(Report(step=Step.NOTE, revision=revision, result={"id": "n-2"})) == []


def test_the_desk_itself_may_do_a_step() -> None:
    assert kinds(matching(MARIA_MATCH).when(ConfirmMatch(by=SYSTEM, ref="c-7"))) == [
        "Linked",
        "NoteBegan",
    ]


@pytest.mark.parametrize("build", [linked, filed, answered, scheduled])
def test_the_announced_text_never_changes_S0_17(build: Callable[[], Work]) -> None:
    story = build()
    announced = [event for event in story.told if isinstance(event, q.Announced)]

    assert [event.text for event in announced] == [story.state.text]


def test_a_match_shows_what_the_erm_knows() -> None:
    match = Match(ref="c-1", name="Maria", phone="+47 1", company="Berg AS")

    assert matching(match).summary.facts["matches"] == [
        {"ref": "c-1", "name": "Maria", "email": "", "phone": "+47 1", "company": "Berg AS"}
    ]
