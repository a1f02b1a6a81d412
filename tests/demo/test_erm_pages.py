"""The ERM's own pages: they read the file that the adapter writes, and nothing else."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from livechat_core.demo import erm_pages
from livechat_core.demo.outside import running
from tests.demo.outside import fetch

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE customer(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '', location TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL, key TEXT UNIQUE);
CREATE TABLE customer_email(
    customer_id INTEGER NOT NULL REFERENCES customer(id), email TEXT NOT NULL,
    normalized TEXT NOT NULL, PRIMARY KEY(customer_id, normalized));
CREATE TABLE history_note(
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
    text TEXT NOT NULL, author TEXT NOT NULL, created_at INTEGER NOT NULL, key TEXT UNIQUE);
CREATE TABLE task(
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
    title TEXT NOT NULL, due_at INTEGER NOT NULL, assignee TEXT NOT NULL, done_at INTEGER,
    created_at INTEGER NOT NULL, key TEXT UNIQUE);
"""
DAY = 86_400_000_000
NOW = 1_795_305_600_000_000  # 22 November 2026
NOTE = (
    "\nNew message #48211\r\nName: Jo (not signed in)\n\n  <b>&amp;</b> \t ✓\n\nRef 48211-k7qd2m\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "erm with blank #1.sqlite3"


@pytest.fixture
def erm(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as the ERM writes it, still open."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(SCHEMA)
    add(database, 1, "Rosa", "rosa@home.example", "Rosa@Work.example")
    add(database, 2, "Jo", "jo@customer.example")
    database.execute(
        "INSERT INTO history_note(customer_id, text, author, created_at) VALUES (2, ?, 'Ana', ?)",
        (NOTE, NOW),
    )
    task = "INSERT INTO task(customer_id, title, due_at, assignee, done_at, created_at)"
    database.execute(f"{task} VALUES (2, 'Call back', ?, 'Ben', NULL, ?)", (NOW + 3 * DAY, NOW))
    database.execute(f"{task} VALUES (1, 'Programme', ?, 'Sam', ?, ?)", (NOW, NOW, NOW))
    yield database
    database.close()


def add(database: sqlite3.Connection, identity: int, name: str, *emails: str) -> None:
    database.execute(
        "INSERT INTO customer(id, name, created_at) VALUES (?, ?, ?)", (identity, name, NOW)
    )
    for email in emails:
        database.execute(
            "INSERT INTO customer_email VALUES (?, ?, ?)", (identity, email, email.lower())
        )


def test_without_a_file_there_are_no_customers_and_none_is_made(path: Path) -> None:
    with running(erm_pages.create_app(path)) as url:
        assert fetch(f"{url}customers").json == []
    assert not path.exists()


def test_without_tables_there_are_no_customers_yet(path: Path) -> None:
    sqlite3.connect(path).close()

    assert erm_pages.read_customers(path) == []


def test_a_file_that_is_no_database_is_not_hidden(path: Path) -> None:
    path.write_text("nothing of SQLite, but long enough to look at" * 100)

    with pytest.raises(sqlite3.DatabaseError):
        erm_pages.read_customers(path)


def test_customers_carry_addresses_notes_and_follow_ups(
    path: Path, erm: sqlite3.Connection
) -> None:
    jo, rosa = erm_pages.read_customers(path)

    assert (jo["name"], rosa["name"]) == ("Jo", "Rosa")
    assert rosa["emails"] == ["rosa@home.example", "Rosa@Work.example"]
    (note,) = jo["notes"]
    assert note == {"id": 1, "text": NOTE, "author": "Ana", "created_at": NOW}
    (open_task,), (done_task,) = jo["tasks"], rosa["tasks"]
    assert (open_task["title"], open_task["done_at"]) == ("Call back", None)
    assert done_task["done_at"] == NOW
    assert rosa["notes"] == []
    assert erm.in_transaction is False


def test_reading_never_blocks_the_writer(path: Path, erm: sqlite3.Connection) -> None:
    erm.execute("BEGIN IMMEDIATE")
    add(erm, 3, "Kim", "kim@customer.example")
    assert len(erm_pages.read_customers(path)) == 2
    erm.execute("COMMIT")
    assert len(erm_pages.read_customers(path)) == 3


def test_the_file_is_opened_for_reading_only(path: Path, erm: sqlite3.Connection) -> None:
    assert erm.execute("SELECT count(*) FROM customer").fetchone() == (2,)
    database = erm_pages._opened(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM task")
    database.close()


def test_the_page_shows_each_customer_and_a_new_one_by_itself(
    path: Path, erm: sqlite3.Connection, page: Page
) -> None:
    with running(erm_pages.create_app(path)) as url:
        page.goto(url)
        customers = page.get_by_role("list", name="Customers").get_by_role("article")
        expect(customers).to_have_count(2)
        jo = page.get_by_role("article", name="Jo")
        expect(jo.get_by_role("list", name="E-mail addresses")).to_have_text("jo@customer.example")
        note = jo.get_by_role("list", name="History notes").locator("pre")
        assert note.evaluate("(pre) => pre.textContent") == NOTE
        follow_up = jo.get_by_role("list", name="Follow-ups")
        expect(follow_up).to_contain_text("Call back")
        expect(follow_up).to_contain_text("assigned to Ben")

        add(erm, 3, "Kim", "kim@customer.example")
        expect(customers).to_have_count(3)
        expect(customers.first.get_by_role("heading", name="Kim")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_page_says_when_there_is_nothing(path: Path, page: Page) -> None:
    with running(erm_pages.create_app(path)) as url:
        page.goto(url)
        expect(page.get_by_text("No customers yet.")).to_be_visible()
