"""Who may do and ask what: default deny, and nothing but the registry says otherwise."""

import re

import pytest

from livechat_core import conversation, enquiry, presence
from livechat_core.access import COMMANDS, QUERIES, Scope, Target, find
from livechat_core.codec import DECIDERS, schema
from livechat_core.errors import Denied
from livechat_core.streams import Role

ALL = {**COMMANDS, **QUERIES}
PEOPLE = {Role.VISITOR, Role.AGENT, Role.SUPERVISOR}
VISITORS_MAY = {
    "conversation.start",
    "conversation.leave_message",
    "conversation.post",
    "conversation.attach",
    "conversation.close",
    "conversation.reopen",
    "conversation.hand_off",
    "conversation.type",
    "conversation.rate",
    "conversation.email_transcript",
    "conversation.introduce",
    "conversation.follow",
    "conversation.read",
    "conversation.history",
    "visit.view",
    "visit.answer_invitation",
    "visit.consent",
    "visit.sign_off",
    "visit.conversations",
    "visit.hand_over",
    "desk.availability",
}
SUPERVISORS_ONLY = {
    "conversation.prioritize",
    "conversation.look_on",
    "conversation.whisper",
    "presence.set_capacity",
    "visit.revoke",
    "enquiry.take_over",
    "ban.approve",
    "ban.refuse",
    "ban.lift",
    "erasure.ask",
    "erasure.remove_copy",
    "erasure.list",
    "erasure.export",
}


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("role", Role)
def test_every_method_admits_its_roles_and_nobody_else(method: str, role: Role) -> None:
    """A1, A11, S0-34."""
    may = {
        Role.VISITOR: method in VISITORS_MAY,
        Role.AGENT: method not in SUPERVISORS_ONLY and method not in VISITORS_MAY - STAFF_TOO,
        Role.SUPERVISOR: method not in VISITORS_MAY - STAFF_TOO,
    }.get(role, False)
    if may:
        find(method).admit(role)
    else:
        with pytest.raises(Denied) as refused:
            find(method).admit(role)
        assert refused.value.code == "forbidden"


STAFF_TOO = {
    "conversation.attach",
    "conversation.post",
    "conversation.type",
    "conversation.close",
    "conversation.reopen",
    "conversation.hand_off",
    "conversation.follow",
    "conversation.read",
    "conversation.history",
    "desk.availability",
}


@pytest.mark.parametrize(
    "method", ["", "conversation", "conversation.offer", "job.settle", "a" * 999]
)
def test_what_is_not_listed_is_not_supported(method: str) -> None:
    """B84."""
    with pytest.raises(Denied) as refused:
        find(method)
    assert refused.value.code == "unsupported"
    assert len(str(refused.value.facts["method"])) <= 100


@pytest.mark.parametrize("method", ALL)
def test_names_are_kinds_and_words(method: str) -> None:
    entry = ALL[method]

    assert re.fullmatch(r"[a-z]+\.[a-z_]+", method)
    assert entry.method == method
    assert entry.kind == method.partition(".")[0]
    assert entry.roles <= PEOPLE


@pytest.mark.parametrize("method", COMMANDS)
def test_every_command_belongs_to_its_kind_and_has_a_schema(method: str) -> None:
    entry = COMMANDS[method]
    (decider,) = (one for one in DECIDERS if entry.command in one.commands)

    assert decider.kind == entry.kind
    assert entry.command is not None
    assert "by" not in schema(entry.command)


def test_commands_of_the_desk_itself_are_not_listed() -> None:
    """A11, A76."""
    listed = {entry.command for entry in COMMANDS.values()}
    own = {
        conversation.Offer,
        conversation.ReleaseAgent,
        conversation.WithdrawOffer,
        conversation.Overflow,
        conversation.GiveUp,
        conversation.VisitorGone,
        conversation.Elapse,
        conversation.FinishUpload,
        presence.TakeSlot,
        presence.FreeSlot,
        presence.QuietSlot,
        presence.StirSlot,
        presence.SignIn,
        presence.ProcessLost,
        enquiry.Open,
        enquiry.Report,
        enquiry.Announce,
    }
    assert not listed & own


def test_a_command_and_a_query_never_share_a_name() -> None:
    assert not COMMANDS.keys() & QUERIES.keys()
    assert all(entry.command is None for entry in QUERIES.values())


def test_only_what_begins_a_stream_needs_no_name_of_one() -> None:
    begun = {
        method
        for method, entry in COMMANDS.items()
        if entry.target in (Target.BEGUN, Target.NAMED_OR_BEGUN)
    }
    assert begun == {
        "conversation.start",
        "conversation.leave_message",
        "ban.ask",
        "contact.create",
        "record.save",
        "erasure.ask",
    }


@pytest.mark.parametrize("method", ["set_status", "set_call", "finish_wrap_up"])
def test_everybody_at_work_speaks_for_himself_only(method: str) -> None:
    """A1, F26, F28."""
    entry = COMMANDS[f"presence.{method}"]

    assert (entry.scope, entry.target) == (Scope.OWN, Target.OWN_PRESENCE)
