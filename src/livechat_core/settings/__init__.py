"""Settings: the rules and the adapters' tables, from a TOML file, from code, or both.

Known tables are ``desk``, ``rules`` (durations in seconds), ``sites``, ``queues``, ``staff``,
``statuses``, ``fields``, ``placeholders`` and ``notifiers``; every other table belongs to the
adapter of that name, which checks its own keys.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from .. import replies
from ..errors import ConfigurationError
from ..rules import CustomField, Queue, Rules, Staff, Status, Subscription
from .checking import check as check
from .parts import part as part, queue_of, site_of
from .values import converted, durations, zone_of

T = TypeVar("T")

_TABLES = frozenset(
    {"desk", "rules", "sites", "queues", "staff", "notifiers", "placeholders", "statuses", "fields"}
)


@attrs.frozen(kw_only=True)
class Settings:
    """What a desk is started with.

    Args:
        rules: The numbers and choices of the pure rules.
        store: Address of the store: ``memory:``, ``sqlite:///chat.db`` (relative to ``data``), or
            ``postgresql://host/database?schema=name``.
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
        return converted(self.section(name), kind, name)


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
    values = desk | durations(tables.get("rules", {}))
    names = {field.name for field in attrs.fields(Rules)}
    for name in values:
        if name not in names:
            raise ConfigurationError("unknown_setting", key=name)
    key = values.pop("key", Rules().key)
    zone = zone_of(values.pop("zone")) if "zone" in values else Rules().zone
    built = converted(values, Rules, "rules")
    queues = {
        name: queue_of(table, f"queues.{name}") for name, table in tables.get("queues", {}).items()
    }
    rules = attrs.evolve(
        built,
        key=key if isinstance(key, bytes) else str(key).encode(),
        zone=zone,
        placeholders=_placeholders(tables.get("placeholders", {})),
        queues=queues or {"support": Queue(name="Support")},
        sites={
            name: site_of(one, f"sites.{name}") for name, one in tables.get("sites", {}).items()
        },
        staff=_each(tables, "staff", Staff),
        statuses=_each(tables, "statuses", Status),
        fields=_each(tables, "fields", CustomField),
        notifiers=tuple(
            converted(row, Subscription, "notifiers") for row in tables.get("notifiers", ())
        ),
    )
    check(rules)
    return rules


def _placeholders(table: Mapping[str, Any]) -> dict[str, str]:
    for name, text in table.items():
        if name in replies.KNOWN or not replies.NAME.fullmatch(name) or not isinstance(text, str):
            raise ConfigurationError("bad_setting", key=f"placeholders.{name}", value=text)
    return dict(table)


def _each(tables: Mapping[str, Any], name: str, kind: type[T]) -> dict[str, T]:
    return {
        key: converted(table, kind, f"{name}.{key}") for key, table in tables.get(name, {}).items()
    }


def _check_forms(tables: Mapping[str, Any]) -> None:
    """Refuse what is no table where one must be."""
    for name, table in tables.items():
        parts = [table]
        if name == "notifiers":
            parts = table if isinstance(table, list) else [None]
        elif name in ("sites", "queues", "staff", "statuses", "fields") and isinstance(
            table, Mapping
        ):
            parts = list(table.values())
        if not all(isinstance(part, Mapping) for part in parts):
            raise ConfigurationError("bad_setting", key=name, why="not a table")


def _secret(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("secret_readable_by_others", path=str(path))
        return path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError("secret_unreadable", path=str(path)) from error
