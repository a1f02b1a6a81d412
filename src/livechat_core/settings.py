"""Settings: the rules and the adapters' tables, from a TOML file, from code, or both.

Known tables are ``desk``, ``rules`` (durations in seconds), ``sites``, ``queues``, ``staff`` and
``notifiers``; every other table belongs to the adapter of that name, which checks its own keys.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import msgspec

from .errors import ConfigurationError
from .hours import Hours, Interval
from .rules import Queue, Rules, Site, Staff, Subscription, seconds

T = TypeVar("T")

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TABLES = frozenset({"desk", "rules", "sites", "queues", "staff", "notifiers"})
_COUNTS = frozenset(
    "visitor_chats waiting_per_address mails_per_address_hour "
    "frame_burst frame_rate line_burst line_rate".split()
)


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
        notifiers=tuple(
            _convert(row, Subscription, "notifiers") for row in tables.get("notifiers", ())
        ),
    )
    _check_names(rules)
    return rules


def _durations(table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in _COUNTS or isinstance(value, str):
            found[name] = value
        elif isinstance(value, list):
            found[name] = [_duration(name, step) for step in value]
        else:
            found[name] = _duration(name, value)
    return found


def _duration(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ConfigurationError("bad_duration", key=f"rules.{name}", value=value)
    return seconds(value)


def _each(tables: Mapping[str, Any], name: str, kind: type[T]) -> dict[str, T]:
    return {
        key: _convert(table, kind, f"{name}.{key}") for key, table in tables.get(name, {}).items()
    }


def _queue(table: Mapping[str, Any], key: str) -> Queue:
    values = dict(table)
    hours = values.pop("hours", None)
    queue = _convert(values, Queue, key)
    if queue.when_busy not in ("queue", "leave_message", "queue_with_escape"):
        raise ConfigurationError("bad_setting", key=f"{key}.when_busy", value=queue.when_busy)
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
        raise ConfigurationError("bad_setting", key=key, why=str(error)) from error


def _check_forms(tables: Mapping[str, Any]) -> None:
    """Refuse what is no table where one must be."""
    for name, table in tables.items():
        parts = [table]
        if name == "notifiers":
            parts = table if isinstance(table, list) else [None]
        elif name in ("sites", "queues", "staff") and isinstance(table, Mapping):
            parts = list(table.values())
        if not all(isinstance(part, Mapping) for part in parts):
            raise ConfigurationError("bad_setting", key=name, why="not a table")


def _check_names(rules: Rules) -> None:
    for name, site in rules.sites.items():
        if not site.queues:
            raise ConfigurationError("no_queue", key=f"sites.{name}.queues")
        for queue in site.queues:
            if queue not in rules.queues:
                raise ConfigurationError("unknown_queue", key=f"sites.{name}.queues", queue=queue)
    for name, person in rules.staff.items():
        for queue in person.queues:
            if queue not in rules.queues:
                raise ConfigurationError("unknown_queue", key=f"staff.{name}.queues", queue=queue)


def _secret(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("secret_readable_by_others", path=str(path))
        return path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError("secret_unreadable", path=str(path)) from error
