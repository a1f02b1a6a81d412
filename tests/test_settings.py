"""Settings: what a file may say, what it must not, and that a mistake is named."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core.errors import ConfigurationError
from livechat_core.rules import Rules, seconds
from livechat_core.settings import Settings, from_tables, load

FILE = """
[desk]
store = "sqlite:///chat.db"
data = "files"
key_file = "key"
sender = "desk@example.org"
disabled_plugins = ["slack"]

[rules]
grace = 90
offer_timeout = 0.5
retry_ladder = [1, 2.5]
visitor_chats = 2
line_rate = 0.5

[queues.support]
name = "Support"
when_busy = "leave_message"

[queues.support.hours]
zone = "Europe/Lisbon"
mon = ["09:00-12:00", "13:00 - 24:00"]
[queues.support.hours.special]
2026-12-25 = []

[sites.shop]
name = "Shop"
origins = ["https://shop.example"]
automatic_link = true

[staff.ana]
name = "Ana"
capacity = 5
supervisor = true

[[notifiers]]
notifier = "team"
[[notifiers]]
notifier = "slack"
kinds = ["left_message"]

[slack]
token = "x"
retries = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "livechat.toml"
    path.write_text(FILE)
    (tmp_path / "key").write_bytes(b" secret \n")
    (tmp_path / "key").chmod(0o600)
    return path


def test_a_file_says_everything(file: Path) -> None:
    settings = load(file)
    rules = settings.rules

    assert (settings.store, settings.data) == ("sqlite:///chat.db", file.parent / "files")
    assert settings.disabled_plugins == {"slack"}
    assert (rules.key, rules.sender) == (b"secret", "desk@example.org")
    assert (rules.grace, rules.offer_timeout) == (seconds(90), seconds(0.5))
    assert rules.retry_ladder == (seconds(1), seconds(2.5))
    assert (rules.visitor_chats, rules.line_rate) == (2, 0.5)
    assert rules.sites["shop"].automatic_link
    assert (rules.staff["ana"].capacity, rules.staff["ana"].supervisor) == (5, True)
    assert [one.notifier for one in rules.notifiers] == ["team", "slack"]
    assert rules.notifiers[1].kinds == {"left_message"}
    assert settings.section("slack") == {"token": "x", "retries": 3}
    assert settings.section("email") == {}


def test_opening_hours_are_local_wall_times(file: Path) -> None:
    hours = load(file).rules.queues["support"].hours
    assert hours is not None

    def at(day: int, hour: int, minute: int = 0) -> int:
        return int(datetime(2026, 6, day, hour, minute, tzinfo=UTC).timestamp() * 1_000_000)

    # The first of June 2026 is a Monday; Lisbon is an hour ahead of UTC in summer.
    told = [hours.is_open(at(1, *time)) for time in ((8,), (11, 30), (22, 59), (23,))]
    assert told == [True, False, True, False]
    assert not hours.is_open(at(2, 10))


def test_without_a_word_there_is_one_queue_and_every_default() -> None:
    settings = from_tables({})

    assert list(settings.rules.queues) == ["support"]
    assert settings.store == "memory:"
    assert attrs.evolve(settings.rules, queues={}) == Rules()
    assert Settings().rules == Rules()


@attrs.frozen
class Table:
    token: str
    retries: int = 1


def test_an_adapter_reads_its_own_table(file: Path) -> None:
    assert load(file).read("slack", Table) == Table("x", 3)
    for table, key in (
        ({"token": "x", "colour": "red"}, "mail.colour"),
        ({}, "mail"),
        ({"token": 5}, "mail.token"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            from_tables({"mail": table}).read("mail", Table)
        assert caught.value.facts["key"] == key


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"rules": {"patience": 5}}, "unknown_setting", "patience"),
    ({"desk": {"colour": 5}}, "unknown_setting", "colour"),
    ({"rules": {"grace": 0}}, "bad_duration", "rules.grace"),
    ({"rules": {"grace": -1}}, "bad_duration", "rules.grace"),
    ({"rules": {"grace": True}}, "bad_duration", "rules.grace"),
    ({"rules": {"grace": "60"}}, "bad_setting", "rules.grace"),
    ({"rules": {"retry_ladder": [1, "x"]}}, "bad_duration", "rules.retry_ladder"),
    ({"rules": {"visitor_chats": 1.5}}, "bad_setting", "rules.visitor_chats"),
    ({"queues": {"a": {"name": "A", "when_busy": "shout"}}}, "bad_setting", "queues.a.when_busy"),
    ({"queues": {"a": {"name": "A", "assignment": "luck"}}}, "bad_setting", "queues.a.assignment"),
    ({"queues": {"a": {"name": "A", "weight": 0}}}, "bad_setting", "queues.a.weight"),
    ({"queues": {"a": {"name": "A", "max_wait": -1}}}, "bad_duration", "queues.a.max_wait"),
    ({"queues": {"a": {"name": "A", "overflow": "b"}}}, "unknown_queue", "queues.a.overflow"),
    ({"queues": {"a": {"name": "A", "overflow": "a"}}}, "bad_setting", "queues.a.overflow"),
    ({"staff": {"ana": {"name": "Ana", "tiers": {"x": 1}}}}, "unknown_queue", "staff.ana.tiers"),
    ({"staff": {"ana": {"name": "Ana", "capacity": -1}}}, "bad_setting", "staff.ana.capacity"),
    (
        {"staff": {"ana": {"name": "Ana", "skills": {"fr": 0}}}},
        "bad_setting",
        "staff.ana.skills.fr",
    ),
    ({"statuses": {"lunch": {"name": "Lunch", "means": "full"}}}, "bad_setting", "statuses.lunch"),
    ({"statuses": {"busy": {"name": "Busy"}}}, "bad_setting", "statuses.busy"),
    (
        {"queues": {"a": {"name": "A", "hours": {"zone": "Nowhere/Town"}}}},
        "bad_hours",
        "queues.a.hours",
    ),
    ({"queues": {"a": {"name": "A", "hours": {"mon": []}}}}, "bad_hours", "queues.a.hours"),
    (
        {"queues": {"a": {"name": "A", "hours": {"zone": "UTC", "mon": ["25:00-26:00"]}}}},
        *("bad_hours", "queues.a.hours"),
    ),
    ({"queues": {"a": {}}}, "bad_setting", "queues.a"),
    ({"sites": {"s": {"name": "S", "queues": ["gone"]}}}, "unknown_queue", "sites.s.queues"),
    ({"sites": {"s": {"name": "S", "queues": []}}}, "no_queue", "sites.s.queues"),
    ({"sites": {"s": {"name": 5}}}, "bad_setting", "sites.s.name"),
    ({"sites": {"s": {"name": "S", "coulour": 1}}}, "unknown_setting", "sites.s.coulour"),
    ({"sites": {"s": 5}}, "bad_setting", "sites"),
    ({"sites": []}, "bad_setting", "sites"),
    ({"desk": 5}, "bad_setting", "desk"),
    ({"rules": []}, "bad_setting", "rules"),
    ({"notifiers": {"a": 1}}, "bad_setting", "notifiers"),
    ({"notifiers": [5]}, "bad_setting", "notifiers"),
    ({"notifiers": [{"name": "x"}]}, "unknown_setting", "notifiers.name"),
    ({"staff": {"ana": {"name": "Ana", "queues": ["gone"]}}}, "unknown_queue", "staff.ana.queues"),
    ({"slack": 5}, "bad_setting", "slack"),
]


@pytest.mark.parametrize(("tables", "code", "key"), WRONG, ids=lambda one: str(one)[:40])
def test_a_mistake_is_named(tables: dict[str, Any], code: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_tables(tables)
    assert (caught.value.code, caught.value.facts["key"]) == (code, key)


@pytest.mark.parametrize("content", [b"[desk", b"\xff", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "livechat.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.code == "settings_unreadable"


def test_a_secret_that_others_can_read_stops_the_start(file: Path) -> None:
    """A81."""
    (file.parent / "key").chmod(0o644)
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert caught.value.code == "secret_readable_by_others"
    os.remove(file.parent / "key")  # noqa: PTH107 - the plain way
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert caught.value.code == "secret_unreadable"
    assert "secret " not in str(caught.value)
