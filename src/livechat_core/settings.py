"""Settings: the rules and the adapters' tables, from a TOML file, from code, or both.

Known tables are ``desk``, ``rules`` (durations in seconds), ``sites``, ``queues``, ``staff`` and
``notifiers``; every other table belongs to the adapter of that name, which checks its own keys.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import msgspec

from .errors import ConfigurationError
from .hours import Hours, Interval
from .presence import RECENT
from .rules import Queue, Rules, Site, Staff, Status, Subscription, seconds

T = TypeVar("T")

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TABLES = frozenset({"desk", "rules", "sites", "queues", "staff", "notifiers", "statuses"})
_OFF = ("buffer", "wrap_up", "relax_after", "waiting_alert")
"""Durations that may be 0: there is no pause, or something happens at once."""
_QUEUE_DURATIONS = frozenset(
    "relax_after offer_timeout reply_timeout max_wait wrap_up overflow_after".split()
)
_COUNTS = frozenset(
    "visitor_chats waiting_per_address mails_per_address_hour frame_burst frame_rate line_burst "
    "line_rate missed_until_away idle_counts wrap_up_counts assignments desk_chats overflow_depth "
    "agents_transfer".split()
)
_MEANINGS = ("available", "busy", "away")


@attrs.frozen(kw_only=True)
class Settings:
    """What a desk is started with.

    Args:
        rules: The numbers and choices of the pure rules.
        store: Address of the store, ``memory:`` or ``sqlite:///chat.db`` (relative to ``data``).
        data: Folder for files.
        sections: The adapters' tables by name.
        plugins: Names of entry-point plugins that must not be loaded.
    """

    rules: Rules = attrs.field(factory=Rules)
    store: str = "memory:"
    data: Path = Path()
    sections: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    disabled_plugins: frozenset[str] = frozenset()

    def section(self, name: str) -> Mapping[str, Any]:
        """Return the table of an adapter, empty if it is absent."""
        return self.sections.get(name, MappingProxyType({}))

    def read(self, name: str, kind: type[T]) -> T:
        """Return the table of an adapter as a value of the adapter's own attrs class.

        Raises:
            ConfigurationError: It has a key that the class does not know, lacks one, or has one of
                another type; names the key.
        """
        return _convert(self.section(name), kind, name)


def load(path: Path) -> Settings:
    """Read a settings file.

    Raises:
        ConfigurationError: The file cannot be read or says something it must not; names the key.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError("settings_unreadable", path=str(path), why=str(error)) from error
    return from_tables(tables, base=path.parent)


def from_tables(tables: Mapping[str, Any], base: Path = Path()) -> Settings:
    """Build settings from tables as a TOML file has them (durations in seconds)."""
    _check_forms(tables)
    desk = dict(tables.get("desk", {}))
    data = base / str(desk.pop("data", "."))
    store = str(desk.pop("store", "memory:"))
    disabled = frozenset(desk.pop("disabled_plugins", ()))
    if "key_file" in desk:
        desk["key"] = _secret(base / str(desk.pop("key_file")))
    return Settings(
        rules=_rules(tables, desk),
        store=store,
        data=data,
        sections={name: table for name, table in tables.items() if name not in _TABLES},
        disabled_plugins=disabled,
    )


def _rules(tables: Mapping[str, Any], desk: dict[str, Any]) -> Rules:
    values = desk | _durations(tables.get("rules", {}))
    names = {field.name for field in attrs.fields(Rules)}
    for name in values:
        if name not in names:
            raise ConfigurationError("unknown_setting", key=name)
    key = values.pop("key", Rules().key)
    built = _convert(values, Rules, "rules")
    queues = {
        name: _queue(table, f"queues.{name}") for name, table in tables.get("queues", {}).items()
    }
    rules = attrs.evolve(
        built,
        key=key if isinstance(key, bytes) else str(key).encode(),
        queues=queues or {"support": Queue(name="Support")},
        sites=_each(tables, "sites", Site),
        staff=_each(tables, "staff", Staff),
        statuses=_each(tables, "statuses", Status),
        notifiers=tuple(
            _convert(row, Subscription, "notifiers") for row in tables.get("notifiers", ())
        ),
    )
    _check_names(rules)
    return rules


def _durations(table: Mapping[str, Any]) -> dict[str, Any]:
    """Turn seconds into microseconds, wherever the desk's rules have a duration (`Rules`)."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in _COUNTS or isinstance(value, str):
            found[name] = value
        elif isinstance(value, list):
            found[name] = [_duration(f"rules.{name}", step) for step in value]
        else:
            found[name] = _duration(f"rules.{name}", value)
    return found


def _duration(key: str, value: object) -> int:
    least = 0 if key.rpartition(".")[2] in _OFF else 1e-6
    if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
        raise ConfigurationError("bad_duration", key=key, value=value)
    return seconds(value)


def _each(tables: Mapping[str, Any], name: str, kind: type[T]) -> dict[str, T]:
    return {
        key: _convert(table, kind, f"{name}.{key}") for key, table in tables.get(name, {}).items()
    }


def _queue(table: Mapping[str, Any], key: str) -> Queue:
    values: dict[str, Any] = {
        name: _duration(f"{key}.{name}", value) if name in _QUEUE_DURATIONS else value
        for name, value in table.items()
    }
    hours = values.pop("hours", None)
    queue = _convert(values, Queue, key)
    return attrs.evolve(queue, hours=_hours(hours, f"{key}.hours")) if hours else queue


def _hours(table: Mapping[str, Any], key: str) -> Hours:
    try:
        zone = ZoneInfo(str(table["zone"]))
        week = {day: _intervals(table.get(name, ())) for day, name in enumerate(WEEK)}
        special = {
            date.fromisoformat(day): _intervals(spans)
            for day, spans in table.get("special", {}).items()
        }
    except (KeyError, ValueError, TypeError, ZoneInfoNotFoundError) as error:
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


def _convert(values: Mapping[str, Any], kind: type[T], key: str) -> T:
    unknown = set(values) - {field.name for field in attrs.fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise ConfigurationError("unknown_setting", key=f"{key}.{min(unknown)}")
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `$")
        raise ConfigurationError("bad_setting", key=key + place.rstrip("`"), why=why) from error


def _check_forms(tables: Mapping[str, Any]) -> None:
    """Refuse what is no table where one must be."""
    for name, table in tables.items():
        parts = [table]
        if name == "notifiers":
            parts = table if isinstance(table, list) else [None]
        elif name in ("sites", "queues", "staff", "statuses") and isinstance(table, Mapping):
            parts = list(table.values())
        if not all(isinstance(part, Mapping) for part in parts):
            raise ConfigurationError("bad_setting", key=name, why="not a table")


def _check_names(rules: Rules) -> None:
    """Refuse what names a queue that is not there, or a number that makes no sense."""
    for name, site in rules.sites.items():
        if not site.queues:
            raise ConfigurationError("no_queue", key=f"sites.{name}.queues")
        _check_queues(f"sites.{name}.queues", site.queues, rules)
    for name, person in rules.staff.items():
        _check_queues(f"staff.{name}.queues", person.queues, rules)
        _check_queues(f"staff.{name}.tiers", person.tiers, rules)
        _check_least(f"staff.{name}", person, capacity=0)
        for skill, level in person.skills.items():
            if level < 1:
                raise ConfigurationError(
                    "bad_setting", key=f"staff.{name}.skills.{skill}", value=level
                )
    for name, queue in rules.queues.items():
        _check_queues(f"queues.{name}.overflow", (queue.overflow,) if queue.overflow else (), rules)
        _check_least(f"queues.{name}", queue, limit=1, weight=1, agent_limit=1, chat_limit=1)
        if queue.overflow == name:
            raise ConfigurationError("bad_setting", key=f"queues.{name}.overflow", value=name)
    if rules.assignments > RECENT:
        raise ConfigurationError("bad_setting", key="rules.assignments", value=rules.assignments)
    for name, status in rules.statuses.items():
        if status.means not in _MEANINGS or name in (*_MEANINGS, "offline"):
            raise ConfigurationError("bad_setting", key=f"statuses.{name}", value=status.means)


def _check_queues(key: str, queues: Iterable[str], rules: Rules) -> None:
    for queue in queues:
        if queue not in rules.queues:
            raise ConfigurationError("unknown_queue", key=key, queue=queue)


def _check_least(key: str, value: object, **least: int) -> None:
    for name, number in least.items():
        found = getattr(value, name)
        if found is not None and found < number:
            raise ConfigurationError("bad_setting", key=f"{key}.{name}", value=found)


def _secret(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("secret_readable_by_others", path=str(path))
        return path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError("secret_unreadable", path=str(path)) from error
