"""Settings: the rules and the adapters' tables, from a TOML file, from code, or both.

Known tables are ``desk``, ``rules`` (durations in seconds), ``sites``, ``queues``, ``staff``,
``statuses``, ``fields``, ``placeholders`` and ``notifiers``; every other table belongs to the
adapter of that name, which checks its own keys.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import msgspec

from . import forms, replies, texts
from .contact import STANDARD
from .conversation import PLACEHOLDERS
from .errors import ConfigurationError, Invalid
from .filetypes import TYPES
from .hours import Hours, Interval
from .presence import RECENT
from .rules import CustomField, Greeting, Queue, Rules, Site, Staff, Status, Subscription, seconds
from .text import clean_optional_email

T = TypeVar("T")

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TABLES = frozenset(
    {"desk", "rules", "sites", "queues", "staff", "notifiers", "placeholders", "statuses", "fields"}
)
_GREETING_DURATIONS = ("after", "on_page", "again_after")
_OFF = (
    *_GREETING_DURATIONS,
    *("buffer", "wrap_up", "relax_after", "waiting_alert"),
    *("remind_after", "lull_after", "inactive_warning", "sla_warning", "unread_after"),
)
"""Durations that may be 0: there is no pause, or something happens at once."""
_QUEUE_DURATIONS = frozenset(
    "relax_after offer_timeout reply_timeout max_wait wrap_up overflow_after "
    "sla_first_reply sla_next_reply sla_resolution".split()
)
_COUNTS = frozenset(
    "visitor_chats waiting_per_address mails_per_address_hour mails_per_address_day mails_per_hour "
    "transcripts_per_address_hour transcripts_per_hour frame_burst frame_rate line_burst "
    "line_rate missed_until_away idle_counts wrap_up_counts assignments desk_chats overflow_depth "
    "agents_transfer joined_counts file_size file_types uploads chat_files".split()
)
_FIELD = re.compile("[a-z][a-z0-9_]{0,39}")
_MEANINGS = ("available", "busy", "away")


@attrs.frozen(kw_only=True)
class Settings:
    """What a desk is started with.

    Args:
        rules: The numbers and choices of the pure rules.
        store: Address of the store, ``memory:`` or ``sqlite:///chat.db`` (relative to ``data``).
        ephemeral: Address of what carries typing marks between processes; ``memory:`` for none.
        data: Folder for files.
        sections: The adapters' tables by name.
        plugins: Names of entry-point plugins that must not be loaded.
    """

    rules: Rules = attrs.field(factory=Rules)
    store: str = "memory:"
    ephemeral: str = "memory:"
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
    return from_tables(read_toml(path, "settings_unreadable"), base=path.parent)


def read_toml(path: Path, code: str) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        ConfigurationError: It cannot be read or is none; with this code.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(code, path=str(path), why=str(error)) from error


def from_tables(tables: Mapping[str, Any], base: Path = Path()) -> Settings:
    """Build settings from tables as a TOML file has them (durations in seconds)."""
    _check_forms(tables)
    desk = dict(tables.get("desk", {}))
    data = base / str(desk.pop("data", "."))
    store = str(desk.pop("store", "memory:"))
    ephemeral = str(desk.pop("ephemeral", "memory:"))
    disabled = frozenset(desk.pop("disabled_plugins", ()))
    if "key_file" in desk:
        desk["key"] = _secret(base / str(desk.pop("key_file")))
    return Settings(
        rules=_rules(tables, desk),
        store=store,
        ephemeral=ephemeral,
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
    zone = _zone(values.pop("zone")) if "zone" in values else Rules().zone
    built = _convert(values, Rules, "rules")
    queues = {
        name: _queue(table, f"queues.{name}") for name, table in tables.get("queues", {}).items()
    }
    rules = attrs.evolve(
        built,
        key=key if isinstance(key, bytes) else str(key).encode(),
        zone=zone,
        placeholders=_placeholders(tables.get("placeholders", {})),
        queues=queues or {"support": Queue(name="Support")},
        sites={name: _site(one, f"sites.{name}") for name, one in tables.get("sites", {}).items()},
        staff=_each(tables, "staff", Staff),
        statuses=_each(tables, "statuses", Status),
        fields=_each(tables, "fields", CustomField),
        notifiers=tuple(
            _convert(row, Subscription, "notifiers") for row in tables.get("notifiers", ())
        ),
    )
    check(rules)
    return rules


def _zone(name: object, key: str = "desk.zone") -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ConfigurationError("bad_zone", key=key, value=str(name)) from error


def _placeholders(table: Mapping[str, Any]) -> dict[str, str]:
    for name, text in table.items():
        if name in replies.KNOWN or not replies.NAME.fullmatch(name) or not isinstance(text, str):
            raise ConfigurationError("bad_setting", key=f"placeholders.{name}", value=text)
    return dict(table)


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
            return _queue(table, f"queues.{name}")
        case "hours":
            return _hours(table, f"queues.{name}.hours")
        case "site":
            return _site(table, f"sites.{name}")
        case _:
            return _convert(table, Staff, f"staff.{name}")


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


def _site(table: Mapping[str, Any], key: str) -> Site:
    """Return a site; the durations of its greetings are seconds (F56)."""
    greetings = table.get("greetings", {})
    if not isinstance(greetings, Mapping):
        raise ConfigurationError("bad_setting", key=f"{key}.greetings", why="not a table")
    site = _convert({name: one for name, one in table.items() if name != "greetings"}, Site, key)
    for condition in site.requires:
        if condition not in ("registered", "signed_in") and not condition.startswith("role:"):
            raise ConfigurationError("bad_setting", key=f"{key}.requires", value=condition)
    found = {name: _greeting(one, f"{key}.greetings.{name}") for name, one in greetings.items()}
    return attrs.evolve(site, greetings=found)


def _greeting(table: object, key: str) -> Greeting:
    if not isinstance(table, Mapping):
        raise ConfigurationError("bad_setting", key=key, why="not a table")
    values: dict[str, Any] = {
        name: _duration(f"{key}.{name}", value) if name in _GREETING_DURATIONS else value
        for name, value in table.items()
    }
    hours = values.pop("hours", None)
    greeting = _convert(values, Greeting, key)
    unknown = set(greeting.availability) - {"online", "busy", "offline"}
    if unknown:
        raise ConfigurationError("bad_setting", key=f"{key}.availability", value=min(unknown))
    return attrs.evolve(greeting, hours=_hours(hours, f"{key}.hours")) if hours else greeting


def _hours(table: Mapping[str, Any], key: str) -> Hours:
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


def _convert(values: Mapping[str, Any], kind: type[T], key: str) -> T:
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


def _check_forms(tables: Mapping[str, Any]) -> None:
    """Refuse what is no table where one must be."""
    for name, table in tables.items():
        parts = [table]
        if name == "notifiers":
            parts = table if isinstance(table, list) else [None]
        elif name in ("sites", "queues", "staff", "statuses", "fields") and isinstance(table, Mapping):
            parts = list(table.values())
        if not all(isinstance(part, Mapping) for part in parts):
            raise ConfigurationError("bad_setting", key=name, why="not a table")


def check(rules: Rules) -> None:
    """Refuse rules of which one part names a queue that is not there, or a senseless number.

    Raises:
        ConfigurationError: Names the key.
    """
    for name, site in rules.sites.items():
        if not site.queues:
            raise ConfigurationError("no_queue", key=f"sites.{name}.queues")
        _check_queues(f"sites.{name}.queues", site.queues, rules)
        _check_site(f"sites.{name}", site, rules)
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
        _check_words(f"queues.{name}", queue)
        if queue.overflow == name:
            raise ConfigurationError("bad_setting", key=f"queues.{name}.overflow", value=name)
    for kind in rules.file_types:
        if kind not in TYPES:
            raise ConfigurationError("bad_setting", key="rules.file_types", value=kind)
    if rules.assignments > RECENT:
        raise ConfigurationError("bad_setting", key="rules.assignments", value=rules.assignments)
    for name, field in rules.fields.items():
        if name in STANDARD or not _FIELD.fullmatch(name) or "" in field.choices:
            raise ConfigurationError("bad_setting", key=f"fields.{name}")
    for name, status in rules.statuses.items():
        if status.means not in _MEANINGS or name in (*_MEANINGS, "offline"):
            raise ConfigurationError("bad_setting", key=f"statuses.{name}", value=status.means)


def _check_site(key: str, site: Site, rules: Rules) -> None:
    """Refuse what a site cannot ask its visitors, or cannot tell them."""
    custom = {*site.form.fields, *site.message_fields} - set(forms.STANDARD)
    spoken = {texts.AUTO, *texts.TEXTS, *site.texts}
    for part, value, is_right in (
        ("form", custom, custom <= rules.fields.keys()),
        ("forms", site.forms, set(site.forms) <= set(forms.FORMS)),
        ("language", site.language, site.language in spoken),
        ("sender", site.sender, _is_address(site.sender)),
        ("zone", site.zone, not site.zone or _zone(site.zone, f"{key}.zone")),
        *((f"texts.{one}", own, not texts.faulty(own)) for one, own in site.texts.items()),
    ):
        if not is_right:
            raise ConfigurationError("bad_setting", key=f"{key}.{part}", value=value)


def _is_address(text: str) -> bool:
    try:
        return clean_optional_email(text) == text
    except Invalid:
        return False


def _check_queues(key: str, queues: Iterable[str], rules: Rules) -> None:
    for queue in queues:
        if queue not in rules.queues:
            raise ConfigurationError("unknown_queue", key=key, queue=queue)


def _check_words(key: str, queue: Queue) -> None:
    """Refuse outcomes that cannot be said, and a subject with a name that nobody fills in."""
    named = re.findall(r"\{(\w*)\}", queue.ticket_subject)
    if not set(named) <= set(PLACEHOLDERS):
        raise ConfigurationError(
            "bad_setting", key=f"{key}.ticket_subject", value=queue.ticket_subject
        )
    if (queue.outcome_required and not queue.outcomes) or "" in queue.outcomes:
        raise ConfigurationError("bad_setting", key=f"{key}.outcomes", value=len(queue.outcomes))


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
