"""The parts of the rules that have a table of their own: queues, sites, staff, hours."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ..errors import ConfigurationError
from ..hours import Hours, Interval
from ..rules import Greeting, Queue, Site, Staff
from .values import GREETING_DURATIONS, converted, duration

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_QUEUE_DURATIONS = frozenset(
    "relax_after offer_timeout reply_timeout max_wait wrap_up overflow_after "
    "sla_first_reply sla_next_reply sla_resolution".split()
)


def part(topic: str, name: str, table: Mapping[str, Any]) -> Queue | Site | Staff | Hours:
    """Return what a record says of a queue, a site, a member of staff or a queue's hours.

    Args:
        topic: Of the record: ``queue``, ``site``, ``profile`` or ``hours``.
        name: The id.
        table: What stands in the settings in the table of that name.

    Raises:
        ConfigurationError: It says something it must not; names the key.
    """
    match topic:
        case "queue":
            return queue_of(table, f"queues.{name}")
        case "hours":
            return hours_of(table, f"queues.{name}.hours")
        case "site":
            return site_of(table, f"sites.{name}")
        case _:
            return converted(table, Staff, f"staff.{name}")


def queue_of(table: Mapping[str, Any], key: str) -> Queue:
    """Return a queue."""
    values: dict[str, Any] = {
        name: duration(f"{key}.{name}", value) if name in _QUEUE_DURATIONS else value
        for name, value in table.items()
    }
    hours = values.pop("hours", None)
    queue = converted(values, Queue, key)
    return attrs.evolve(queue, hours=hours_of(hours, f"{key}.hours")) if hours else queue


def site_of(table: Mapping[str, Any], key: str) -> Site:
    """Return a site; the durations of its greetings are seconds (F56)."""
    greetings = table.get("greetings", {})
    if not isinstance(greetings, Mapping):
        raise ConfigurationError("bad_setting", key=f"{key}.greetings", why="not a table")
    site = converted({name: one for name, one in table.items() if name != "greetings"}, Site, key)
    for condition in site.requires:
        if condition not in ("registered", "signed_in") and not condition.startswith("role:"):
            raise ConfigurationError("bad_setting", key=f"{key}.requires", value=condition)
    found = {name: _greeting(one, f"{key}.greetings.{name}") for name, one in greetings.items()}
    return attrs.evolve(site, greetings=found)


def _greeting(table: object, key: str) -> Greeting:
    if not isinstance(table, Mapping):
        raise ConfigurationError("bad_setting", key=key, why="not a table")
    values: dict[str, Any] = {
        name: duration(f"{key}.{name}", value) if name in GREETING_DURATIONS else value
        for name, value in table.items()
    }
    hours = values.pop("hours", None)
    greeting = converted(values, Greeting, key)
    unknown = set(greeting.availability) - {"online", "busy", "offline"}
    if unknown:
        raise ConfigurationError("bad_setting", key=f"{key}.availability", value=min(unknown))
    return attrs.evolve(greeting, hours=hours_of(hours, f"{key}.hours")) if hours else greeting


def hours_of(table: Mapping[str, Any], key: str) -> Hours:
    """Return the hours of a queue or greeting, as wall times of a zone (F22, F23, F24)."""
    unknown = set(table) - {"zone", "special", *WEEK}
    if unknown:
        raise ConfigurationError("unknown_setting", key=f"{key}.{min(unknown)}")
    try:
        zone = ZoneInfo(str(table["zone"]))
        week = {day: _intervals(table.get(name, ())) for day, name in enumerate(WEEK)}
        special = {
            date.fromisoformat(day): _intervals(spans)
            for day, spans in table.get("special", {}).items()
        }
    except (KeyError, ValueError, TypeError, AttributeError, ZoneInfoNotFoundError) as error:
        raise ConfigurationError("bad_hours", key=key, why=str(error)) from error
    return Hours(zone=zone, week=week, special=special)


def _intervals(spans: list[str] | tuple[str, ...]) -> tuple[Interval, ...]:
    found = []
    for span in spans:
        start, _, end = span.partition("-")
        found.append((time.fromisoformat(start.strip()), _end(end.strip())))
    return tuple(found)


def _end(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)
