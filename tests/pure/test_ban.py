"""Bans: agents ask, supervisors decide."""

import attrs
import pytest

from livechat_core import ban as b
from livechat_core.ban import Approve, Ask, Elapse, Lift, Refuse
from livechat_core.errors import Denied, NotFound
from livechat_core.streams import Role
from tests.pure.play import ANA, NOON, SAM, Story, kinds

ASK = Ask(by=ANA, visitor="maria", scope="chat", reason="Spam", days=1, token="sha", address="hash")
DAY = 24 * 3600


def new() -> Story[b.State]:
    return Story(b.DECIDER)


def asked() -> Story[b.State]:
    story = new()
    story.when(ASK)
    return story


def active() -> Story[b.State]:
    story = asked()
    story.when(Approve(by=SAM))
    return story


def test_an_agents_wish_waits_for_a_supervisor_S0_34() -> None:
    story = asked()

    assert (story.summary.phase, story.summary.due_at) == ("asked", None)
    assert story.summary.labels == {"visitor=maria", "scope=chat"}
    assert story.summary.facts["reason"] == "Spam"
    assert story.when(ASK) == []


def test_a_supervisors_wish_holds_at_once_S0_34() -> None:
    assert kinds(new().when(attrs.evolve(ASK, by=SAM))) == ["Asked", "Imposed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": "planet"}, "bad_scope"),
        ({"reason": ""}, "reason_missing"),
        ({"days": -1}, "bad_days"),
        ({"days": 3651}, "bad_days"),
    ],
)
def test_a_request_names_scope_reason_and_time_S0_33(change: dict[str, object], code: str) -> None:
    assert new().refuses(attrs.evolve(ASK, **change)) == code  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", ["chat", "site"])
def test_a_ban_is_for_the_chat_or_for_the_sites_S0_33(scope: str) -> None:
    assert kinds(new().when(attrs.evolve(ASK, scope=scope))) == ["Asked"]


def test_only_supervisors_decide_S0_34() -> None:
    for story in (asked(), active()):
        for command in (Approve(by=ANA), Refuse(by=ANA), Lift(by=ANA)):
            assert isinstance(story.refusal(command), Denied)
    assert SAM.role is Role.SUPERVISOR


def test_an_approved_ban_ends_when_its_days_are_over_B71() -> None:
    story = active()
    assert story.state.until == NOON + DAY * 1_000_000
    assert story.when(Approve(by=SAM)) == []

    assert story.later(DAY - 1).when(Elapse()) == []
    assert story.later(1).when(Elapse()) == [b.Lifted(agent="")]
    assert (story.when(Elapse()), story.summary.due_at) == ([], None)


def test_a_ban_for_ever_is_lifted_by_hand_only() -> None:
    story = new()
    story.when(attrs.evolve(ASK, by=SAM, days=0))

    assert story.summary.due_at is None
    assert story.later(9999 * DAY).when(Elapse()) == []
    assert story.when(Lift(by=SAM)) == [b.Lifted(agent="sam")]
    assert story.when(Lift(by=SAM)) == []


def test_a_refused_request_stays_refused() -> None:
    story = asked()

    assert story.when(Refuse(by=SAM)) == [b.Refused(agent="sam")]
    assert story.when(Refuse(by=SAM)) == []
    assert story.refuses(Approve(by=SAM)) == "not_now"


def test_nobody_decides_on_a_ban_that_is_not_there_B75() -> None:
    assert isinstance(new().refusal(Approve(by=SAM)), NotFound)
    assert new().when(Elapse()) == []
