"""The life of a chat in the words of a script."""

import pytest

from livechat_core.rules import Rules, seconds
from livechat_core.testing import Refused
from tests.scenario.desks import code, desk


def test_a_chat_on_hold_is_woken_by_its_agent_or_by_its_visitor_F52() -> None:
    """S3-17."""
    with desk() as support:
        ana, maria = support.agent("ana"), support.visitor("maria")
        ana.accepts(maria)
        with pytest.raises(Refused) as refused:
            ana.snoozes(maria)
        assert code(refused) == "visitor_waits"
        ana.says(maria, "I shall look.")
        ana.snoozes(maria)
        ana.wakes(maria)
        assert (maria.phase, ana.load) == ("active", 1)
        ana.snoozes(maria)
        maria.says("Hello?")
        assert (maria.phase, maria.owner, ana.chats) == ("active", "ana", ["maria"])


def test_a_chat_is_taken_back_or_goes_on_with_somebody_who_is_there() -> None:
    """semantics.md section 4."""
    with desk() as support:
        ana, ben, maria = support.agent("ana"), support.agent("ben"), support.visitor("maria")
        ana.accepts(maria)
        ana.closes(maria)
        ana.reopens(maria)
        assert (maria.phase, maria.owner) == ("active", "ana")
        ana.closes(maria)
        ana.chooses("offline")
        maria.reopens()
        assert maria.offered_to == "ben"
        ben.accepts(maria)
        assert maria.state.segment == 3


def test_a_word_is_required_for_the_end_and_may_be_added_after_it_S3_5() -> None:
    with desk(outcomes=("resolved", "moved"), outcome_required=True) as support:
        ana, maria = support.agent("ana"), support.visitor("maria")
        ana.accepts(maria)
        with pytest.raises(Refused) as refused:
            ana.closes(maria)
        assert code(refused) == "outcome_missing"
        maria.closes()
        ana.records(maria, "escalation", "E-5")
        ana.records(maria, "moved")
        assert (maria.reason, maria.state.outcome) == ("visitor", "moved")


def test_a_visitor_is_warned_in_time_S1_30() -> None:
    rules = Rules(visitor_idle_close=seconds(120), inactive_warning=seconds(30))
    with desk(rules) as support:
        ana, maria = support.agent("ana"), support.visitor("maria")
        ana.accepts(maria)
        support.at(90)
        assert len(maria.told("ClosingSoon")) == 1
        assert maria.phase == "active"
        support.at(120)
        assert (maria.phase, maria.reason) == ("closed", "inactive")
