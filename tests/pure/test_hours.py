"""Business hours in two zones, across both clock changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as st

from livechat_core.hours import EPOCH, Hours, Interval
from livechat_core.rules import seconds

BERLIN = ZoneInfo(
    "Europe/Berlin"
)  # 2024: 02:00 to 03:00 is missing on 31 March, twice on 27 October
NEW_YORK = ZoneInfo(
    "America/New_York"
)  # 02:00 to 03:00 missing 10 March, 01:00 to 02:00 twice 3 November
HAVANA = ZoneInfo("America/Havana")  # changes at midnight: 00:00 to 01:00 missing on 10 March
ALL_DAY = (time(0), time(0))
MINUTE = seconds(60)


def at(text: str, zone: ZoneInfo, fold: int = 0) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)
    return (local - EPOCH) // timedelta(microseconds=1)


def daily(zone: ZoneInfo, *intervals: Interval) -> Hours:
    return Hours(zone=zone, week=dict.fromkeys(range(7), intervals))


def span(text: str) -> Interval:
    start, end = text.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def open_minutes(hours: Hours, day: str, zone: ZoneInfo) -> int:
    start = at(f"{day}T00:00", zone)
    return sum(hours.is_open(start + minute * MINUTE) for minute in range(25 * 60))


def test_an_interval_includes_its_start_and_excludes_its_end() -> None:
    hours = daily(BERLIN, span("09:00-17:00"))

    opens, closes = at("2024-06-03T09:00", BERLIN), at("2024-06-03T17:00", BERLIN)
    assert [hours.is_open(moment) for moment in (opens - 1, opens, closes - 1, closes)] == [
        *(False, True, True, False)
    ]


def test_an_instant_is_counted_from_1970_UTC() -> None:
    hours = Hours(zone=BERLIN, week={3: (span("01:00-02:00"),)})  # it was a Thursday

    assert (hours.is_open(0), hours.is_open(-1), hours.next_opening(-1)) == (True, False, 0)


def test_an_interval_may_end_on_the_following_day() -> None:
    hours = Hours(zone=BERLIN, week={4: (span("22:00-06:00"),)})  # Friday

    assert hours.is_open(at("2024-06-07T23:59", BERLIN))
    assert hours.is_open(at("2024-06-08T05:59", BERLIN))
    assert not hours.is_open(at("2024-06-08T06:00", BERLIN))
    assert not hours.is_open(at("2024-06-08T22:30", BERLIN))


def test_a_whole_day_has_no_hole_at_midnight() -> None:
    hours = daily(BERLIN, ALL_DAY)

    assert all(
        hours.is_open(at("2024-06-08T23:59:59", BERLIN) + n) for n in range(0, 2 * MINUTE, MINUTE)
    )
    assert hours.next_opening(at("2024-06-08T12:00", BERLIN)) is None


def test_a_special_day_replaces_its_weekday() -> None:
    hours = Hours(
        zone=BERLIN,
        week=dict.fromkeys(range(7), (span("09:00-17:00"),)),
        special={date(2024, 12, 24): (span("09:00-12:00"),), date(2024, 12, 25): ()},
    )

    assert not hours.is_open(at("2024-12-24T13:00", BERLIN))
    assert not hours.is_open(at("2024-12-25T10:00", BERLIN))
    assert hours.next_opening(at("2024-12-24T13:00", BERLIN)) == at("2024-12-26T09:00", BERLIN)


@pytest.mark.parametrize(
    ("zone", "day", "gap"),
    [
        (BERLIN, "2024-03-31", "03:00"),
        (NEW_YORK, "2024-03-10", "03:00"),
        (HAVANA, "2024-03-10", "01:00"),
    ],
)
def test_a_start_that_does_not_exist_is_the_next_existing_instant_B65(
    zone: ZoneInfo, day: str, gap: str
) -> None:
    missing = "00:30" if zone is HAVANA else "02:30"
    hours = daily(zone, span(f"{missing}-10:00"))
    first = at(f"{day}T{gap}", zone)

    assert (hours.is_open(first - 1), hours.is_open(first)) == (False, True)
    assert hours.next_opening(first - seconds(3600)) == first


def test_an_interval_that_does_not_exist_at_all_never_opens_B65() -> None:
    hours = daily(BERLIN, span("02:15-02:45"))
    before = at("2024-03-31T01:00", BERLIN)

    assert hours.next_opening(before) == at("2024-04-01T02:15", BERLIN)


@pytest.mark.parametrize(
    ("zone", "day", "twice", "minutes"),
    [(BERLIN, "2024-10-27", "02:30-03:00", 60), (NEW_YORK, "2024-11-03", "01:30-02:00", 60)],
)
def test_an_interval_that_comes_twice_is_open_both_times_B66(
    zone: ZoneInfo, day: str, twice: str, minutes: int
) -> None:
    hours = daily(zone, span(twice))
    start = twice[:5]

    for fold in (0, 1):
        opens = at(f"{day}T{start}", zone, fold)
        assert (hours.is_open(opens - 1), hours.is_open(opens)) == (False, True)
        assert not hours.is_open(opens + 30 * MINUTE)
        assert hours.next_opening(opens - MINUTE) == opens
    assert open_minutes(hours, day, zone) == minutes


def test_the_second_pass_may_open_again_where_the_clock_jumps_B66() -> None:
    hours = daily(NEW_YORK, span("00:30-01:30"))
    closed = at("2024-11-03T01:40", NEW_YORK)
    found = hours.next_opening(closed)

    assert found == at("2024-11-03T01:00", NEW_YORK, fold=1)
    assert type(found) is int  # a float is no time here: it would lose microseconds


def test_the_next_opening_is_told_within_400_days() -> None:
    monday = Hours(zone=BERLIN, week={0: (span("09:00-17:00"),)})

    assert monday.next_opening(at("2024-06-03T12:00", BERLIN)) == at("2024-06-10T09:00", BERLIN)
    assert monday.next_opening(at("2024-06-03T09:00", BERLIN)) == at("2024-06-10T09:00", BERLIN)
    assert Hours(zone=BERLIN, week={}).next_opening(at("2024-06-03T12:00", BERLIN)) is None
    for days, told in ((399, at("2025-07-07T09:00", BERLIN)), (400, None)):
        day = date(2024, 6, 3) + timedelta(days=days)
        once = Hours(zone=BERLIN, week={}, special={day: (span("09:00-17:00"),)})
        assert once.next_opening(at("2024-06-03T12:00", BERLIN)) == told


quarters = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@hypothesis.given(
    zone=st.sampled_from((BERLIN, NEW_YORK, HAVANA)),
    intervals=st.lists(st.tuples(quarters, quarters), min_size=1, max_size=2),
    day=st.sampled_from(("2024-03-10", "2024-03-31", "2024-06-05", "2024-10-27", "2024-11-03")),
    minute=st.integers(0, 24 * 60),
)
@hypothesis.settings(max_examples=60)
def test_the_next_opening_is_the_first_rising_edge_of_is_open(
    zone: ZoneInfo, intervals: list[Interval], day: str, minute: int
) -> None:
    hours = daily(zone, *intervals)
    now = at(f"{day}T00:00", zone) + minute * MINUTE
    step = 15 * MINUTE
    grid = range(now - now % step + step, now + 36 * seconds(3600), step)
    edges = (edge for edge in grid if hours.is_open(edge) and not hours.is_open(edge - 1))

    found = hours.next_opening(now)

    expected = next(edges, None)
    assert found == expected if expected is not None else found is None or found > grid[-1]
