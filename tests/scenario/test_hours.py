"""Business hours: computed at the moment of use, half-open, in the queue's zone (section 4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import anyio
import pytest

from livechat_core.hours import Hours, Interval
from livechat_core.rules import SECOND, Queue
from livechat_core.testing import Refused, Scenario
from tests.scenario.desks import code

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = (time(9), time(17))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_at(*intervals: Interval, special: dict[date, tuple[Interval, ...]] | None = None) -> Hours:
    """Return hours that are the same every day."""
    return Hours(zone=BERLIN, week=dict.fromkeys(range(7), intervals), special=special or {})


def at(text: str) -> datetime:
    """Return a moment by the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def desk(hours: Hours, begin: datetime, closed: str = "") -> Scenario:
    """Return a desk with a queue that has hours, and one that is always open."""
    queues = {
        "support": Queue(name="Support", hours=hours, closed=closed),
        "sales": Queue(name="Sales"),
    }
    return Scenario(queues=queues, begin=begin.astimezone(UTC))


def go_to(stage: Scenario, moment: datetime) -> None:
    """Let time pass until a moment; nobody has anything to do meanwhile."""
    with stage.at_once():
        now = EPOCH + timedelta(microseconds=stage.clock.now())
        stage.later(max((moment.astimezone(UTC) - now).total_seconds(), 0))


def state(stage: Scenario, moment: str) -> str:
    """Return how the queue stands at a moment."""
    go_to(stage, at(moment))
    return stage.availability("support").state


def test_the_start_is_open_and_the_end_is_not_F22() -> None:
    """F22, B65."""
    with desk(open_at(OFFICE), at("2024-01-08T08:59:59")) as support:
        support.agent("ana")
        moments = ("T08:59:59.5", "T09:00:00", "T16:59:59.5", "T17:00:00")
        found = [state(support, f"2024-01-08{moment}") for moment in moments]
        assert found == ["offline", "online", "online", "offline"]


def test_outside_the_hours_a_message_is_taken_and_the_next_opening_is_told_S1_24() -> None:
    """S1-24, S1-25: whoever is there; with the words of the queue."""
    with desk(open_at(OFFICE), at("2024-01-08T18:00"), closed="The office is closed.") as support:
        support.agent("ana")
        maria = support.visitor("maria", chat=False)
        told = support.run(maria.window.call("desk.availability"))
        assert (told["reason"], told["closed"]) == ("closed", "The office is closed.")
        opening = at("2024-01-09T09:00").astimezone(UTC) - EPOCH
        assert told["opens_at"] == opening // timedelta(microseconds=1)
        with pytest.raises(Refused) as refused:
            maria.starts(queue="support")
        assert code(refused) == "nobody_available"
        maria.leaves_message("Call me.", email="maria@customer.example", queue="support")
        assert maria.phase == "message_left"


def test_each_queue_has_its_own_hours_F22() -> None:
    """F22: the other one goes on."""
    with desk(open_at(OFFICE), at("2024-01-08T18:00")) as support:
        ana = support.agent("ana")
        maria = support.visitor("maria", queue="sales")
        assert (ana.offers, support.availability("sales").state) == ([maria.name], "online")


def test_a_whole_day_has_no_hole_F24() -> None:
    """F24: Chatwoot's minute before midnight."""
    with desk(open_at((time(0), time(0))), at("2024-01-08T23:58")) as support:
        support.agent("ana")
        moments = ("2024-01-08T23:59:00", "2024-01-08T23:59:59.9", "2024-01-09T00:00")
        assert {state(support, moment) for moment in moments} == {"online"}


def test_several_intervals_and_one_over_midnight_F24() -> None:
    """F24."""
    hours = open_at((time(9), time(12)), (time(13), time(17)), (time(22), time(2)))
    with desk(hours, at("2024-01-08T11:00")) as support:
        support.agent("ana")
        moments = ("08T11:59", "08T12:00", "08T13:00", "08T23:00", "09T01:59", "09T02:00")
        found = [state(support, f"2024-01-{moment}") for moment in moments]
        assert found == ["online", "offline", "online", "online", "online", "offline"]


def test_holidays_and_special_days_replace_the_week_F23() -> None:
    """F23: and the next opening knows them."""
    special = {date(2024, 12, 25): (), date(2024, 12, 24): ((time(9), time(12)),)}
    with desk(open_at(OFFICE, special=special), at("2024-12-23T13:00")) as support:
        support.agent("ana")
        moments = ("23T13:00", "24T11:00", "24T13:00", "25T11:00")
        found = [state(support, f"2024-12-{moment}") for moment in moments]
        assert found == ["online", "online", "offline", "offline"]
        opens = support.availability("support").opens_at
        assert opens is not None
        assert EPOCH + timedelta(microseconds=opens) == at("2024-12-26T09:00")


@pytest.mark.parametrize(
    ("day", "hour"),
    [("2024-03-30", 8), ("2024-03-31", 7), ("2024-10-26", 7), ("2024-10-27", 8)],
)
def test_nobody_sees_a_shift_of_an_hour_when_the_clocks_change_F22(day: str, hour: int) -> None:
    """F22, B66: nine in the morning by the wall clock, whatever that is in UTC."""
    begin = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC)
    with desk(open_at(OFFICE), begin - timedelta(seconds=1)) as support:
        support.agent("ana")
        before = support.availability("support")
        assert (before.state, before.opens_at) == (
            *("offline", (begin - EPOCH) // timedelta(microseconds=1)),
        )
        support.at(1)
        assert support.availability("support").state == "online"


def test_the_hour_that_is_skipped_and_the_one_that_comes_twice_B66() -> None:
    """B66: an interval in the gap is over at once; one in the double hour is open twice."""
    with desk(open_at((time(2), time(2, 30))), at("2024-03-31T01:59")) as support:
        support.agent("ana")
        assert state(support, "2024-03-31T03:15") == "offline"
    with desk(open_at((time(2), time(2, 30))), at("2024-10-27T01:59")) as support:
        support.agent("ana")
        support.at(16 * 60)
        assert support.availability("support").state == "online"
        support.at(46 * 60)
        assert support.availability("support").state == "offline"
        support.at(76 * 60)
        assert support.availability("support").state == "online", "a quarter past two once more"


def test_hours_never_change_what_an_agent_has_chosen_F28() -> None:
    """F28: a manual "not available" survives the opening, and availability the closing."""
    with desk(open_at(OFFICE), at("2024-01-08T16:59")) as support:
        ana, ben = support.agent("ana", status="away"), support.agent("ben")
        for moment in ("2024-01-08T17:01", "2024-01-09T09:01"):
            state(support, moment)
            support.settle()
            assert (ana.status, ben.status) == ("away", "available")
        assert support.availability("support").state == "online"


def test_a_visitor_is_told_when_the_hours_begin_and_end_S0_3() -> None:
    """S0-3, F22: without anybody doing anything."""
    with desk(open_at(OFFICE), at("2024-01-08T08:59:50")) as support:
        maria = support.visitor("maria", chat=False, queue="support")
        support.agent("ana")
        states = [_topic(told) for told in maria.told("availability")]
        assert states[-1] == "offline"
        support.at(20)
        states = [_topic(told) for told in maria.told("availability")]
        assert states[-1] == "online"


def test_the_board_of_a_running_desk_looks_at_the_clock_by_itself_S0_3() -> None:
    """S0-3, F22: nothing is recorded at nine o'clock, and yet it is told."""
    with desk(open_at(OFFICE), at("2024-01-08T08:59:50")) as support:
        maria = support.visitor("maria", chat=False, queue="support")
        support.agent("ana")

        async def at_nine() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(support.scene.service.board.run)
                await anyio.wait_all_tasks_blocked()
                support.clock.advance(20 * SECOND)
                await support.scene.service.tick()
                await anyio.wait_all_tasks_blocked()
                group.cancel_scope.cancel()

        support.run(at_nine())
        assert _topic(maria.told("availability")[-1]) == "online"


def test_who_waits_when_the_hours_end_is_still_served_G8() -> None:
    """G8, F22: the line is closed for those who come later, not for those who stand in it."""
    with desk(open_at(OFFICE), at("2024-01-08T16:59")) as support:
        ana = support.agent("ana", load=3)
        maria = support.visitor("maria", queue="support")
        support.at(120)
        assert (support.availability("support").reason, maria.position) == ("closed", 1)
        ana.closes(support.guest("ana-1"))
        assert maria.offered_to == "ana"


def test_a_closed_queue_gets_no_chats_from_others_F36() -> None:
    """F36, F19: neither by transfer nor by overflow."""
    hours, begin = open_at(OFFICE), at("2024-01-08T18:00")
    queues = {
        "support": Queue(name="Support", overflow="late", overflow_after=5 * SECOND),
        "late": Queue(name="Late", hours=hours),
    }
    with Scenario(queues=queues, begin=begin.astimezone(UTC)) as support:
        ana = support.agent("ana", queues=("support",), capacity=1)
        support.agent("ben", queues=("late",))
        maria = support.visitor("maria", queue="support")
        ana.accepts(maria)
        lea = support.visitor("lea", queue="support")
        support.at(60)
        assert lea.queue == "support"
        with pytest.raises(Refused) as refused:
            ana.transfers(maria, queue="late")
        assert (code(refused), maria.owner) == ("nobody_available", "ana")


def _topic(told: object) -> str:
    assert isinstance(told, dict)
    found: str = told["topics"][0]["state"]
    return found
