"""Daily figures: what the summaries of a day's chats say, per queue and per agent (F64).

A chat belongs to the day on which it began, whenever it was closed or rated, to the queue where it
is now, and to the agent who had it last. Figures are counts and sums, so those of several days, or
of several queues, are added; a mean is only made when they are shown. They name no visitor.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeAlias

from .rules import SECOND
from .streams import Summary

Figures: TypeAlias = dict[str, Any]
"""Counts by name; a measured time as count, total and max; ratings and reasons counted by value."""
Day: TypeAlias = Mapping[str, Mapping[str, Figures]]
"""Figures by queue and by agent: ``{"queues": {...}, "agents": {...}}``."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTS = (
    *("started", "accepted", "left", "unanswered", "closed", "transfers", "missed"),
    *("bot_solved", "within"),
)
TIMES = ("waits", "first_replies", "handled")
TALLIES = ("ratings", "reasons")


def day_of(at: int, zone: tzinfo) -> date:
    """Return the day of an instant."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone).date()


def begin_of(day: date, zone: tzinfo) -> int:
    """Return the first instant of a day, also where its midnight is skipped or comes twice."""
    found = [
        (datetime.combine(day, time(fold=fold), tzinfo=zone) - EPOCH) // timedelta(microseconds=1)
        for fold in (0, 1)
    ]
    return min(at for at in found if day_of(at, zone) == day)


def tally(chats: Iterable[Summary], goal: int) -> Day:
    """Return the figures of some chats.

    Args:
        chats: Their summaries.
        goal: A wait up to this is counted as ``within``.
    """
    queues: dict[str, Figures] = {}
    agents: dict[str, Figures] = {}
    for chat in chats:
        agent = str(chat.facts.get("last_owner") or chat.labelled("agent"))
        _count(queues.setdefault(chat.queue or "", blank()), chat, goal)
        if agent:
            _count(agents.setdefault(agent, blank()), chat, goal)
        for asked, missed in dict(chat.facts.get("missed") or {}).items():
            queues[chat.queue or ""]["missed"] += missed
            agents.setdefault(asked, blank())["missed"] += missed
    return {"queues": queues, "agents": agents}


def blank() -> Figures:
    """Return figures of nothing."""
    times = {name: {"count": 0, "total": 0, "max": 0} for name in TIMES}
    tallies: Figures = {name: {} for name in TALLIES}
    return {**dict.fromkeys(COUNTS, 0), **times, **tallies}


def _count(into: Figures, chat: Summary, goal: int) -> None:
    facts = chat.facts
    waited, closed, left = facts["waited"], facts["closed_reason"], bool(facts.get("left"))
    into["started"] += 1
    into["accepted"] += waited is not None
    into["left"] += left
    into["closed"] += bool(closed)
    into["bot_solved"] += facts.get("bot") == "solved"
    into["transfers"] += facts.get("transfers") or 0
    # Who had only a bot, or left a message, did not go away unanswered.
    unanswered = bool(closed) and waited is None and not left and facts.get("bot") != "solved"
    into["unanswered"] += unanswered
    if waited is not None:
        into["within"] += waited <= goal
        _measure(into["waits"], waited)
        replied = facts.get("first_reply_at")
        if replied:
            _measure(into["first_replies"], max(replied - facts["since"], 0))
        if facts.get("handled") is not None:
            _measure(into["handled"], facts["handled"])
    for name, value in (("ratings", facts["rating"]), ("reasons", closed)):
        if value:
            into[name][str(value)] = into[name].get(str(value), 0) + 1


def _measure(into: dict[str, int], value: int) -> None:
    into["count"] += 1
    into["total"] += value
    into["max"] = max(into["max"], value)


def added(parts: Iterable[Figures]) -> Figures:
    """Return the figures of several days, queues or agents as one."""
    whole = blank()
    for part in parts:
        for name in COUNTS:
            whole[name] += part.get(name, 0)
        for name in TIMES:
            into, more = whole[name], part.get(name) or {"count": 0, "total": 0, "max": 0}
            into["count"] += more["count"]
            into["total"] += more["total"]
            into["max"] = max(into["max"], more["max"])
        for name in TALLIES:
            for value, number in (part.get(name) or {}).items():
                whole[name][value] = whole[name].get(value, 0) + number
    return whole


def shown(figures: Figures) -> Figures:
    """Return figures with their means and shares, times in microseconds as everywhere."""
    means = {
        name: {**figures[name], "mean": _share(figures[name]["total"], figures[name]["count"])}
        for name in TIMES
    }
    whole = {**figures, **means}
    within = figures["within"] / figures["accepted"] if figures["accepted"] else None
    return {**whole, "within_share": None if within is None else round(within, 4)}


def _share(total: int, count: int) -> int | None:
    return total // count if count else None


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of figures as CSV, times in seconds (RFC 4180).

    A text that a spreadsheet would take for a formula gets an apostrophe before it.

    Args:
        rows: Each with ``day``, ``kind``, ``id`` and ``figures``.
    """
    written = list(rows)
    tallied = {
        name: sorted({value for row in written for value in row["figures"][name]})
        for name in TALLIES
    }
    head: list[object] = ["day", "kind", "id", *COUNTS]
    head += [f"{name}_{part}_s" for name in TIMES for part in ("mean", "max")]
    head += [f"{name[:-1]}_{value}" for name in TALLIES for value in tallied[name]]
    lines = [head, *(_line(row, tallied) for row in written)]
    return "".join(",".join(map(_cell, line)) + "\r\n" for line in lines)


def _line(row: Mapping[str, Any], tallied: Mapping[str, Sequence[str]]) -> list[object]:
    figures = row["figures"]
    cells: list[object] = [row["day"], row["kind"], row["id"], *(figures[name] for name in COUNTS)]
    for name in TIMES:
        mean = _share(figures[name]["total"], figures[name]["count"])
        times = () if mean is None else (mean, figures[name]["max"])
        cells += [round(value / SECOND, 1) for value in times] or ["", ""]
    cells += [figures[name].get(value, 0) for name in TALLIES for value in tallied[name]]
    return cells


def _cell(value: object) -> str:
    text = str(value)
    if isinstance(value, str) and text[:1] in {*"=+-@\t\r"}:
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if {*text} & {*',"\r\n'} else text
