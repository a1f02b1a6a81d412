"""Daily figures over the wire: supervisors see all of them, agents their own (F64)."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import attrs

from .. import text
from ..codec import arguments
from ..errors import Invalid
from ..figures import added, as_csv, shown
from ..reports import rows
from ..service import Service
from ..streams import Role
from .staff import Colleague

Params = dict[str, Any]
BY = ("whole", "day", "csv")


@attrs.frozen(kw_only=True)
class Asked:
    """Which figures.

    Args:
        first: The first day, ``2026-11-01``.
        last: The last day.
        queue: Of this queue only.
        by: ``whole`` adds the days, ``day`` does not, ``csv`` is a table of all days as text.
    """

    first: text.Word
    last: text.Word
    queue: text.Word = ""
    by: text.Word = "whole"


async def told(service: Service, colleague: Colleague, params: Params) -> Params:
    """Return the figures of some days.

    Raises:
        Invalid: ``invalid_time``: no day; ``invalid_type``: no such way to show them.
        Rejected: ``bad_days``.
    """
    asked = Asked(**arguments(Asked, params))
    if asked.by not in BY:
        raise Invalid("invalid_type", field="by")
    days = await service.reports.days(_day(asked.first, "first"), _day(asked.last, "last"))
    boss = colleague.actor.role is Role.SUPERVISOR
    found = list(rows(days, asked.queue, "" if boss else colleague.actor.id))
    if not boss:
        found = [row for row in found if row["kind"] == "agent"]
    if asked.by == "csv":
        return {"csv": as_csv(found)}
    found = found if asked.by == "day" else list(_whole(found))
    zone = str(service.desk.rules.zone)
    return {"zone": zone, "rows": [{**row, "figures": shown(row["figures"])} for row in found]}


def _whole(found: Iterable[Params]) -> Iterable[Params]:
    """Yield one row for each queue and agent."""

    def place(row: Params) -> tuple[str, str]:
        return row["kind"], row["id"]

    for (kind, name), days in groupby(sorted(found, key=place), key=place):
        yield {"kind": kind, "id": name, "figures": added(day["figures"] for day in days)}


def _day(told: str, field: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise Invalid("invalid_time", field=field) from error
