"""Settings: what a file may say, what it must not, and that a mistake is named."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core.errors import ConfigurationError
from livechat_core.rules import Rules, Visits, seconds
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
    *(
        ({"sites": {"s": {"name": "S", **site}}}, code, f"sites.s.{key}")
        for site, code, key in (
            ({"form": {"nam": "shown"}}, "unknown_setting", "form.nam"),
            ({"form": {"name": "maybe"}}, "bad_setting", "form.name"),
            ({"form": {"fields": {"size": "shown"}}}, "bad_setting", "form"),
            ({"message_fields": ["size"]}, "bad_setting", "form"),
            ({"forms": ["survey"]}, "bad_setting", "forms"),
            ({"mail_history": "never"}, "bad_setting", "mail_history"),
            ({"language": "xx"}, "bad_setting", "language"),
            ({"sender": "Shop <a@b.example>"}, "bad_setting", "sender"),
            ({"zone": "Mars/Phobos"}, "bad_zone", "zone"),
            ({"texts": {"de": {"you": "{name}"}}}, "bad_setting", "texts.de"),
        )
    ),
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
    ({"queues": {"a": {"name": "A", "late_lines": "?"}}}, "bad_setting", "queues.a.late_lines"),
    ({"queues": {"a": {"name": "A", "outcomes": [""]}}}, "bad_setting", "queues.a.outcomes"),
    (
        {"queues": {"a": {"name": "A", "outcomes": [], "outcome_required": True}}},
        "bad_setting",
        "queues.a.outcomes",
    ),
    (
        {"queues": {"a": {"name": "A", "ticket_subject": "{queue} {key}"}}},
        "bad_setting",
        "queues.a.ticket_subject",
    ),
    (
        {"queues": {"a": {"name": "A", "sla_first_reply": 0}}},
        "bad_duration",
        "queues.a.sla_first_reply",
    ),
    ({"staff": {"ana": {"name": "Ana", "tiers": {"x": 1}}}}, "unknown_queue", "staff.ana.tiers"),
    ({"staff": {"ana": {"name": "Ana", "capacity": -1}}}, "bad_setting", "staff.ana.capacity"),
    (
        {"staff": {"ana": {"name": "Ana", "skills": {"fr": 0}}}},
        "bad_setting",
        "staff.ana.skills.fr",
    ),
    ({"statuses": {"lunch": {"name": "Lunch", "means": "full"}}}, "bad_setting", "statuses.lunch"),
    ({"statuses": {"busy": {"name": "Busy"}}}, "bad_setting", "statuses.busy"),
    ({"fields": {"plan": {}}}, "bad_setting", "fields.plan"),
    ({"fields": {"email": {"title": "E-mail"}}}, "bad_setting", "fields.email"),
    ({"fields": {"Shoe size": {"title": "Size"}}}, "bad_setting", "fields.Shoe size"),
    ({"fields": {"plan": {"title": "Plan", "choices": [""]}}}, "bad_setting", "fields.plan"),
    ({"fields": {"plan": {"title": "Plan", "secret": 1}}}, "unknown_setting", "fields.plan.secret"),
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


def test_values_that_only_this_company_keeps_about_persons() -> None:
    """S1-16, F42."""
    plan = {"title": "Plan", "visible_in_chat": True, "choices": ["free", "paid"]}
    found = from_tables(
        {"fields": {"plan": plan, "credit": {"title": "Credit limit"}}}
    ).rules.fields

    assert (found["plan"].visible_in_chat, found["plan"].choices) == (True, ("free", "paid"))
    assert (found["credit"].visible_in_chat, found["credit"].choices) == (False, ())


def test_the_times_of_a_chats_life_are_seconds() -> None:
    """F51, F52, F53: 0 turns off what may be off."""
    tables = {
        "rules": {"remind_after": 0, "inactive_warning": 60, "hold_close": 10, "reopen_window": 5},
        "queues": {"a": {"name": "A", "sla_first_reply": 30, "late_lines": "new"}},
    }
    rules = from_tables(tables).rules

    assert (rules.remind_after, rules.inactive_warning) == (0, seconds(60))
    assert (rules.hold_close, rules.reopen_window) == (seconds(10), seconds(5))
    assert (rules.queues["a"].sla_first_reply, rules.queues["a"].late_lines) == (seconds(30), "new")


def test_a_site_says_who_is_let_in_what_is_recorded_and_how_it_greets_S3_6_F56_F60() -> None:
    hours = {"zone": "Europe/Oslo", "mon": ["09:00-17:00"]}
    greeting = {"text": "Hi", "after": 20, "on_page": 0, "again_after": 86_400, "hours": hours}
    site = {"name": "Shop", "requires": ["signed_in", "role:x"], "visits": "after_consent"}
    table = {"shop": {**site, "greetings": {"hello": greeting}}}
    made = from_tables({"sites": table}).rules.sites["shop"]

    assert (made.requires, made.visits) == (("signed_in", "role:x"), Visits.AFTER_CONSENT)
    hello = made.greetings["hello"]
    assert (hello.after, hello.on_page, hello.again_after) == (seconds(20), 0, seconds(86_400))
    assert hello.hours is not None
    assert hello.availability == ("online",)


@pytest.mark.parametrize(
    ("site", "key"),
    [
        ({"requires": ["signed-in"]}, "sites.shop.requires"),
        ({"visits": "sometimes"}, "sites.shop.visits"),
        ({"greetings": ["hello"]}, "sites.shop.greetings"),
        ({"greetings": {"a": "hello"}}, "sites.shop.greetings.a"),
        ({"greetings": {"a": {}}}, "sites.shop.greetings.a"),
        ({"greetings": {"a": {"text": "x", "afer": 1}}}, "sites.shop.greetings.a.afer"),
        ({"greetings": {"a": {"text": "x", "after": -1}}}, "sites.shop.greetings.a.after"),
        (
            {"greetings": {"a": {"text": "x", "availability": ["away"]}}},
            "sites.shop.greetings.a.availability",
        ),
        (
            {"greetings": {"a": {"text": "x", "hours": {"zone": "Mars/Phobos"}}}},
            "sites.shop.greetings.a.hours",
        ),
    ],
)
def test_a_site_that_makes_no_sense_is_refused_with_its_key(site: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_tables({"sites": {"shop": {"name": "Shop", **site}}})
    assert caught.value.facts["key"] == key


def test_the_zone_of_the_days_and_further_placeholders_are_settings() -> None:
    """F39, F64."""
    rules = from_tables(
        {"desk": {"zone": "Europe/Berlin"}, "placeholders": {"phone": "+49 30 1"}}
    ).rules

    assert str(rules.zone) == "Europe/Berlin"
    assert rules.placeholders == {"phone": "+49 30 1"}
    for tables, key in (
        ({"desk": {"zone": "Mars/Phobos"}}, "desk.zone"),
        ({"placeholders": {"number": "1"}}, "placeholders.number"),
        ({"placeholders": {"a b": "1"}}, "placeholders.a b"),
        ({"placeholders": {"phone": 5}}, "placeholders.phone"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            from_tables(tables)
        assert caught.value.facts["key"] == key
