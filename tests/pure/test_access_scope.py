"""Which streams somebody may name, how one is found, and which limit guards the door (A1, A11)."""

import pytest

from livechat_core.access import COMMANDS, QUERIES, Scope, Target, find
from livechat_core.errors import Denied
from livechat_core.streams import Role

ALL = {**COMMANDS, **QUERIES}
WHOLE_DESK = {
    *("visit.invite", "visit.path", "visit.revoke", "presence.set_capacity"),
    *("ban.ask", "ban.approve", "ban.refuse", "ban.lift"),
    *("erasure.ask", "erasure.remove_copy", "erasure.list", "erasure.export"),
    *("record.save", "record.retire", "record.list", "record.history"),
    *("desk.staff", "desk.queues", "desk.emoji", "desk.profile"),
}
"""What belongs to no queue; everything else of staff's ends at the queues they serve."""
OWN = {
    *("presence.set_status", "presence.set_call", "presence.finish_wrap_up"),
    *("visit.conversations", "visit.hand_over"),
}
OWN_VISIT = {
    *("visit.view", "visit.answer_invitation", "visit.consent", "visit.sign_off"),
    *("visit.conversations", "visit.hand_over"),
}
NO_STREAM = {
    *("conversation.search", "conversation.find", "contact.search"),
    *("record.list", "record.replies", "desk.emoji", "desk.profile", "desk.figures"),
}
LIMITS = {
    "conversation.start": "start",
    "conversation.leave_message": "message",
    "conversation.post": "line",
    "conversation.attach": "line",
    "conversation.introduce": "line",
    "conversation.note": "line",
    "conversation.whisper": "line",
}


@pytest.mark.parametrize("method", ALL)
def test_staff_reach_their_queues_unless_it_is_said_otherwise_A1(method: str) -> None:
    expected = Scope.DESK if method in WHOLE_DESK else Scope.OWN if method in OWN else Scope.QUEUE

    assert find(method).scope is expected


@pytest.mark.parametrize("method", ALL)
def test_what_is_written_is_counted_by_a_limit_of_its_own_at_the_door(method: str) -> None:
    """What nobody may do very often has a limit that the operator sets (security.md section 10)."""
    assert find(method).limit == LIMITS.get(method, "other")


@pytest.mark.parametrize(
    ("target", "methods"), [(Target.OWN_VISIT, OWN_VISIT), (Target.NONE, NO_STREAM)]
)
def test_who_names_no_stream_reaches_his_own_or_none_A1(target: Target, methods: set[str]) -> None:
    assert {method for method, entry in ALL.items() if entry.target is target} == methods


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("conversation.start", Target.BEGUN),
        ("conversation.leave_message", Target.NAMED_OR_BEGUN),
        ("conversation.post", Target.NAMED),
    ],
)
def test_a_chat_is_begun_a_message_may_continue_one_and_a_line_needs_one(
    method: str, target: Target
) -> None:
    assert find(method).target is target


def test_a_refusal_names_what_was_wanted_A11() -> None:
    with pytest.raises(Denied) as refused:
        find("ban.lift").admit(Role.AGENT)
    assert refused.value.facts == {"method": "ban.lift"}
    with pytest.raises(Denied) as refused:
        find("x" * 101)
    assert refused.value.facts == {"method": "x" * 100}
