"""Who has an enquiry: claim, give back, run out, take over, give up."""

import pytest

from livechat_core import enquiry as q
from livechat_core.enquiry import (
    Claim,
    CreateCustomer,
    Drop,
    Elapse,
    Release,
    Settle,
    Step,
    TakeOver,
)
from livechat_core.errors import Denied, NotFound
from livechat_core.rules import seconds
from livechat_core.streams import SYSTEM
from tests.pure.enquiries import (
    AT,
    MARIA_MATCH,
    ORDER,
    claimed,
    done,
    enquiry_of,
    filed,
    linked,
    matching,
    report,
)
from tests.pure.play import ANA, BEN, SAM, Story, kinds


def test_an_enquiry_is_opened_once_with_all_it_must_tell_S0_8_to_S0_13() -> None:
    story = enquiry_of()

    assert (story.summary.phase, story.summary.queue) == ("open", "sales")
    assert story.summary.labels == {"conversation=conversation/1", "site=drumstory"}
    assert story.summary.facts["facts"] == {
        "kind": "A new customer has left a message on live chat.",
        "name": "Maria (not signed in)",
        "email": "Maria@example.org",
        "question": "Do you hire drummers?\nFor a wedding.",
        "page": "https://drumstory.example/hire",
        "location": "Bergen",
    }
    opened = story.told[0]
    assert isinstance(opened, q.Opened)
    again = q.Open(
        conversation="conversation/1", site="drumstory", queue="sales", facts=opened.facts
    )
    assert story.when(again) == []


def test_an_enquiry_of_an_unknown_site_is_opened_all_the_same_G11() -> None:
    assert not enquiry_of(site="closed-down").state.automatic


def test_one_claims_and_the_search_by_the_customers_address_begins_S0_14_S0_15() -> None:
    story = enquiry_of()

    assert story.when(Claim(by=ANA)) == [
        q.Claimed(agent="ana", name="Ana", until=story.now + seconds(1800)),
        q.SearchBegan(revision=1, email="Maria@example.org"),
    ]
    assert story.summary.facts["claimed_by_name"] == "Ana"
    assert "agent=ana" in story.summary.labels


def test_the_second_learns_who_was_first_and_a_repeat_changes_nothing_G12() -> None:
    story = claimed()

    assert story.when(Claim(by=ANA)) == []
    refusal = story.refusal(Claim(by=BEN))
    assert (refusal.code, refusal.facts) == ("claimed", {"owner": "Ana", "phase": "claimed"})


def test_what_is_done_or_dropped_cannot_be_claimed_A70() -> None:
    dropped = enquiry_of()
    dropped.when(Drop(by=ANA, reason="Spam"))

    assert dropped.refuses(Claim(by=BEN)) == "not_now"
    assert done().refuses(Claim(by=BEN)) == "claimed"


def test_a_claim_can_be_given_back_and_somebody_else_begins_anew() -> None:
    story = matching(MARIA_MATCH)

    assert story.when(Release(by=ANA)) == [q.Released(agent="ana")]
    assert story.when(Release(by=ANA)) == []
    assert story.summary.facts["matches"] == []
    assert kinds(story.when(Claim(by=BEN))) == ["Claimed", "SearchBegan"]
    assert story.state.revision == 2


def test_only_who_has_it_may_give_it_back_A70() -> None:
    assert claimed().refuses(Release(by=BEN)) == "claimed"
    assert kinds(claimed().when(Release(by=SYSTEM))) == ["Released"]


def test_once_the_customer_is_linked_the_claim_can_only_be_taken_over() -> None:
    story = linked()

    assert story.refuses(Release(by=ANA)) == "not_now"
    assert story.later(9999).when(Elapse(number=48211)) == []
    assert kinds(story.when(TakeOver(by=SAM))) == ["TakenOver"]


def test_a_claim_runs_out_some_time_after_the_last_step() -> None:
    story = claimed().later(1000)
    story.when(report(story, Step.LOOKUP, matches=(MARIA_MATCH,)))

    assert story.due_in == seconds(1800)
    assert story.later(1799).when(Elapse(number=48211)) == []
    assert story.later(1).when(Elapse(number=48211)) == [q.ClaimExpired(agent="ana")]
    assert (story.state.agent, story.state.live) == ("", None)


def test_a_claim_runs_out_during_a_search_and_the_late_answer_changes_nothing() -> None:
    story = claimed()
    late = report(story, Step.LOOKUP, matches=(MARIA_MATCH,))
    story.later(1800).when(Elapse(number=48211))

    assert story.when(late) == []
    story.when(Claim(by=BEN))
    assert story.when(late) == []


def test_nobody_lets_go_while_the_customer_is_being_created_G13() -> None:
    story = matching()
    story.when(CreateCustomer(by=ANA))

    assert story.summary.due_at is None
    assert story.later(9999).when(Elapse(number=48211)) == []
    assert story.refuses(Release(by=ANA)) == "step_under_way"
    assert story.refuses(Drop(by=ANA)) == "step_under_way"

    story.when(report(story, Step.CREATE, failed="erm_400"))
    assert story.due_in == seconds(1800)
    assert kinds(story.when(Release(by=ANA))) == ["Released"]


def test_an_unknown_creation_waits_for_a_person_before_anybody_lets_go_G13() -> None:
    story = matching()
    story.when(CreateCustomer(by=ANA))
    story.when(report(story, Step.CREATE, unknown="timeout"))

    assert (story.summary.due_at, story.refuses(Release(by=ANA))) == (None, "step_under_way")
    story.when(Settle(by=ANA, outcome="drop"))
    assert kinds(story.when(Release(by=ANA))) == ["Released"]


def test_a_supervisor_takes_over_in_any_phase_and_keeps_it() -> None:
    for phase in ORDER[1:-1]:
        story = AT[phase]()
        assert kinds(story.when(TakeOver(by=SAM))) == ["TakenOver"]
        assert story.summary.phase == phase
        assert story.when(TakeOver(by=SAM)) == []
        assert story.state.agent_name == "Sam"


def test_there_is_nothing_to_take_over_before_a_claim_or_after_the_end() -> None:
    assert enquiry_of().refuses(TakeOver(by=SAM)) == "not_now"
    assert done().refuses(TakeOver(by=SAM)) == "not_now"


def test_an_enquiry_can_be_given_up_until_it_is_filed() -> None:
    story = enquiry_of()
    assert story.when(Drop(by=BEN, reason="Spam")) == [q.Dropped(reason="Spam")]
    assert story.when(Drop(by=BEN)) == []

    assert claimed().refuses(Drop(by=BEN)) == "claimed"
    assert kinds(claimed().when(Drop(by=ANA))) == ["Dropped"]
    assert linked().refuses(Drop(by=ANA)) == "step_under_way"
    assert filed().refuses(Drop(by=ANA)) == "not_now"


def test_an_unclaimed_enquiry_is_announced_again_and_then_to_supervisors() -> None:
    story = enquiry_of()

    assert story.later(899).when(Elapse(number=48211)) == []
    assert story.later(1).when(Elapse(number=48211)) == [q.Reminded()]
    assert story.due_in == seconds(2700)
    assert story.later(2700).when(Elapse(number=48211)) == [q.Escalated()]
    assert (story.summary.due_at, story.when(Elapse(number=48211))) == (None, [])


def test_a_late_look_escalates_at_once_and_does_not_remind_as_well() -> None:
    story = enquiry_of().later(3600)

    assert story.when(Elapse(number=48211)) == [q.Escalated()]
    assert story.when(Elapse(number=48211)) == []


def test_an_enquiry_that_is_open_again_is_reminded_of_again() -> None:
    story = claimed().later(7200)
    story.when(Release(by=ANA))

    assert story.due_in == seconds(900)
    assert story.later(900).when(Elapse(number=48211)) == [q.Reminded()]


@pytest.mark.parametrize(
    "command",
    [
        Claim(by=ANA),
        Release(by=ANA),
        TakeOver(by=SAM),
        Drop(by=ANA),
        CreateCustomer(by=ANA),
        Settle(by=ANA, outcome="drop"),
    ],
)
def test_nobody_finds_an_enquiry_that_is_not_there_B75(command: q.Wanted) -> None:
    assert isinstance(Story(q.DECIDER).refusal(command), NotFound)


def test_after_the_end_others_may_change_nothing_A70() -> None:
    assert isinstance(done().refusal(q.Reply(by=BEN, subject="Hi", text="Hi")), Denied)
