"""Plain values of a table as values of an attrs class, with the key named where one is wrong."""

from collections.abc import Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import msgspec

from ..errors import ConfigurationError
from ..rules import seconds

T = TypeVar("T")

GREETING_DURATIONS = ("after", "on_page", "again_after")
_OFF = (
    *GREETING_DURATIONS,
    *("buffer", "wrap_up", "relax_after", "waiting_alert"),
    *("remind_after", "lull_after", "inactive_warning", "sla_warning", "unread_after"),
)
"""Durations that may be 0: there is no pause, or something happens at once."""
_COUNTS = frozenset(
    "visitor_chats waiting_per_address mails_per_address_hour mails_per_address_day mails_per_hour "
    "transcripts_per_address_hour transcripts_per_hour frame_burst frame_rate line_burst "
    "line_rate missed_until_away idle_counts wrap_up_counts assignments desk_chats overflow_depth "
    "agents_transfer joined_counts file_size file_types uploads chat_files".split()
)


def converted(values: Mapping[str, Any], kind: type[T], key: str) -> T:
    """Return the values as one of an attrs class; faults are named below this key."""
    _check_known(values, kind, key)
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `$")
        raise ConfigurationError("bad_setting", key=key + place.rstrip("`"), why=why) from error


def _check_known(values: Mapping[str, Any], kind: Any, key: str) -> None:  # noqa: ANN401
    """Refuse keys that an attrs class does not know, in the tables inside it too."""
    known = {field.name: field.type for field in attrs.fields(kind)}
    unknown = set(values) - known.keys()
    if unknown:
        raise ConfigurationError("unknown_setting", key=f"{key}.{min(unknown)}")
    for name, value in values.items():
        inside: Any = known[name]
        if isinstance(value, Mapping) and isinstance(inside, type) and attrs.has(inside):
            _check_known(value, inside, f"{key}.{name}")


def zone_of(name: object, key: str = "desk.zone") -> ZoneInfo:
    """Return the time zone of this name."""
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ConfigurationError("bad_zone", key=key, value=str(name)) from error


def durations(table: Mapping[str, Any]) -> dict[str, Any]:
    """Turn seconds into microseconds, wherever the desk's rules have a duration (`Rules`)."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in _COUNTS or isinstance(value, str):
            found[name] = value
        elif isinstance(value, list):
            found[name] = [duration(f"rules.{name}", step) for step in value]
        else:
            found[name] = duration(f"rules.{name}", value)
    return found


def duration(key: str, value: object) -> int:
    """Return seconds as microseconds."""
    least = 0 if key.rpartition(".")[2] in _OFF else 1e-6
    if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
        raise ConfigurationError("bad_duration", key=key, value=value)
    return seconds(value)
