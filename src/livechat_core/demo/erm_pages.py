"""Pages of the embedded ERM: its customers with their history notes and follow-ups.

They read the ERM's own file with SQL of their own, read only, and share no code with the adapter
that writes it. `GET /customers` gives the same as JSON. Times are microseconds since 1970.
"""

import asyncio
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Final

import attrs
from aiohttp import web

from livechat_core.demo.outside import Json, new_app

_EMAILS: Final = "SELECT customer_id, email FROM customer_email ORDER BY rowid"
_NOTES: Final = "SELECT customer_id, id, text, author, created_at FROM history_note ORDER BY id"
_TASKS: Final = (
    "SELECT customer_id, id, title, due_at, assignee, done_at, created_at FROM task ORDER BY id"
)
_CUSTOMERS: Final = (
    "SELECT id, name, phone, company, location, created_at FROM customer ORDER BY id DESC"
)


def create_app(erm_path: Path | str) -> web.Application:
    """The pages as an application, to be mounted under any prefix.

    Args:
        erm_path: The ERM's file; it need not exist yet.
    """
    pages = _Pages(Path(erm_path))
    app = new_app("erm")
    app.router.add_get("/customers", pages.customers)
    return app


def read_customers(path: Path) -> list[Json]:
    """All customers, newest first; none while the file or its tables do not exist yet."""
    try:
        with closing(_opened(path)) as database, database:
            database.execute("BEGIN")
            return _customers(database)
    except sqlite3.OperationalError as error:
        if path.exists() and "no such table" not in str(error):
            raise
        return []


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro"
    database = sqlite3.connect(address, uri=True, isolation_level=None)
    database.row_factory = sqlite3.Row
    return database


def _customers(database: sqlite3.Connection) -> list[Json]:
    emails = _by_customer(database, _EMAILS)
    notes = _by_customer(database, _NOTES)
    tasks = _by_customer(database, _TASKS)
    return [
        {
            **dict(row),
            "emails": [entry["email"] for entry in emails[row["id"]]],
            "notes": notes[row["id"]],
            "tasks": tasks[row["id"]],
        }
        for row in database.execute(_CUSTOMERS)
    ]


def _by_customer(database: sqlite3.Connection, query: str) -> dict[int, list[Json]]:
    found: dict[int, list[Json]] = defaultdict(list)
    for row in database.execute(query):
        facts = dict(row)
        found[facts.pop("customer_id")].append(facts)
    return found


@attrs.frozen
class _Pages:
    path: Path

    async def customers(self, _request: web.Request) -> web.Response:
        """Every customer of the ERM."""
        return web.json_response(await asyncio.to_thread(read_customers, self.path))
