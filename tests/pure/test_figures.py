"""Daily figures: what the chats of a day add up to, and where days begin."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from livechat_core.figures import added, as_csv, begin_of, blank, day_of, shown, tally
from livechat_core.rules import seconds
from livechat_core.streams import Summary

GOAL = seconds(20)
BEGAN = 1_700_000_000_000_000
FACTS = {"waited": None, "closed_reason": "", "rating": 0, "since": BEGAN}


def chat(agent: str = "", queue: str | None = "support", **facts: Any) -> Summary:
    """Return a chat that began at `BEGAN`; the times of its facts are seconds."""
    for name in ("waited", "handled"):
        if facts.get(name) is not None:
            facts[name] = seconds(facts[name])
    if "first_reply_at" in facts:
        facts["first_reply_at"] = BEGAN + seconds(facts["first_reply_at"])
    return Summary(
        stream="conversation/1",
        phase="closed",
        queue=queue,
        labels=frozenset({f"agent={agent}"} if agent else ()),
        facts={**FACTS, **facts},
    )


CHATS = (
    chat("ana", waited=10, first_reply_at=15, handled=100, rating=3, closed_reason="agent"),
    chat("ben", waited=20, first_reply_at=30, handled=50, rating=1, closed_reason="visitor"),
    chat("ben", waited=21, transfers=2, missed={"ana": 2, "eve": 1}, last_owner="ana"),
    chat(closed_reason="visitor_lost"),
    chat(closed_reason="answered", left=True),
    chat(closed_reason="bot", bot="solved", queue="sales"),
    chat("", queue=None),
)


def test_a_day_adds_up_by_queue_F64() -> None:
    queues = tally(CHATS, GOAL)["queues"]

    support = queues["support"]
    assert {name: support[name] for name in ("started", "accepted", "left", "unanswered")} == {
        "started": 5,
        "accepted": 3,
        "left": 1,
        "unanswered": 1,
    }
    assert {name: support[name] for name in ("closed", "transfers", "missed", "within")} == {
        "closed": 4,
        "transfers": 2,
        "missed": 3,
        "within": 2,
    }
    assert support["waits"] == {"count": 3, "total": seconds(51), "max": seconds(21)}
    assert support["first_replies"] == {"count": 2, "total": seconds(45), "max": seconds(30)}
    assert support["handled"] == {"count": 2, "total": seconds(150), "max": seconds(100)}
    assert support["ratings"] == {"3": 1, "1": 1}
    assert support["reasons"] == {"agent": 1, "visitor": 1, "visitor_lost": 1, "answered": 1}
    assert (queues["sales"]["bot_solved"], queues["sales"]["unanswered"]) == (1, 0)
    assert queues[""]["started"] == 1


def test_a_chat_is_its_last_agents_and_a_missed_offer_is_his_who_missed_it_F64() -> None:
    agents = tally(CHATS, GOAL)["agents"]

    assert {name: one["accepted"] for name, one in agents.items()} == {"ana": 2, "ben": 1, "eve": 0}
    assert {name: one["missed"] for name, one in agents.items()} == {"ana": 2, "ben": 0, "eve": 1}


def test_means_and_shares_are_shown_and_of_nothing_there_is_none() -> None:
    told = shown(tally(CHATS, GOAL)["queues"]["support"])

    assert told["waits"]["mean"] == seconds(17)
    assert told["within_share"] == 0.6667
    nothing = shown(blank())
    assert (nothing["waits"]["mean"], nothing["within_share"]) == (None, None)


@given(st.lists(st.sampled_from(CHATS)), st.lists(st.sampled_from(CHATS)))
def test_days_added_are_the_figures_of_all_their_chats(
    one: list[Summary], other: list[Summary]
) -> None:
    """F64: nothing is counted twice and nothing is lost."""
    days = [tally(one, GOAL), tally(other, GOAL)]
    whole = tally([*one, *other], GOAL)
    for kind in ("queues", "agents"):
        for name, expected in whole[kind].items():
            assert added(day[kind][name] for day in days if name in day[kind]) == expected


def test_figures_that_were_kept_without_a_later_count_add_as_nothing() -> None:
    assert added([{"started": 2}, {}])["started"] == 2
    assert added([]) == blank()


ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
)


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_with_its_first_instant_B65(zone: str) -> None:
    """B65, B66: also where midnight is skipped or comes twice."""
    local = ZoneInfo(zone)
    for year in (2018, 2024):
        for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            at = begin_of(day, local)
            assert day_of(at, local) == day
            assert day_of(at - 1, local) < day


def test_a_day_is_that_of_the_zone() -> None:
    late = int(datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()) * 1_000_000

    assert day_of(late, UTC) == date(2026, 11, 22)
    assert day_of(late, ZoneInfo("Europe/Berlin")) == date(2026, 11, 23)


def rows() -> list[dict[str, Any]]:
    told = tally(CHATS, GOAL)
    return [
        {"day": "2026-11-22", "kind": "queue", "id": name, "figures": told["queues"][name]}
        for name in ("support", "sales")
    ]


def test_a_table_has_a_line_for_each_row_with_seconds_F64() -> None:
    support, sales = csv.DictReader(io.StringIO(as_csv(rows())))

    assert (support["day"], support["id"], support["started"]) == ("2026-11-22", "support", "5")
    assert (support["waits_mean_s"], support["waits_max_s"]) == ("17.0", "21.0")
    assert (support["rating_3"], support["reason_visitor_lost"]) == ("1", "1")
    assert (sales["waits_mean_s"], sales["waits_max_s"], sales["rating_3"]) == ("", "", "0")


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", 'a"b,c', "two\nlines", "\tx"])
def test_a_table_holds_no_formula_and_every_name_whole_A51(name: str) -> None:
    (row,) = rows()[:1]
    (read,) = csv.DictReader(io.StringIO(as_csv([{**row, "id": name}]), newline=""))

    assert read["id"] == (f"'{name}" if name[0] in "=+-@\t" else name)
    assert read["started"] == "5"
