"""The embedded ERM's file: opening it, one transaction, and its schema."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from livechat_core.errors import ConfigurationError, DeliveryError

T = TypeVar("T")

BUSY_SECONDS = 10
ATTEMPTS = 20
APPLICATION = 0x4C43_4552
"""Marks the file as an ERM of this kind ("LCER")."""


def transact(path: Path, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
    """Do the work in one transaction; whatever fails leaves nothing behind."""
    try:
        with closing(_connect(path)) as db:
            db.execute(begin)
            result = work(db)
            db.execute("COMMIT")
            return result
    except (sqlite3.Error, OSError) as error:
        raise DeliveryError("erm_storage", why=type(error).__name__) from error


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    return db


def prepare(path: Path) -> None:
    """Make the file or bring its schema up to date; several processes may do so at once (G20)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # closing it again would drop SQLite's locks in this process
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_connect(path)) as db:
        db.execute("BEGIN IMMEDIATE")
        _migrate(db, path)
        db.execute("COMMIT")
        _use_wal(db)


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait for others here, so ask again."""
    for _ in range(ATTEMPTS):
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = WAL")
            return
        db.execute("BEGIN IMMEDIATE").connection.rollback()  # this does wait for them
    db.execute("PRAGMA journal_mode = WAL")


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    folder = files(__package__) / "migrations"
    scripts = sorted(folder.iterdir(), key=lambda script: script.name)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and mark != APPLICATION:
        raise ConfigurationError("not_an_erm_file", path=str(path))
    if version > len(scripts):
        raise ConfigurationError("newer_schema", path=str(path), version=version)
    for script in scripts[version:]:
        for statement in _statements(script.read_text(encoding="utf-8")):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {len(scripts)}")


def _statements(script: str) -> Iterator[str]:
    """Yield a script's statements: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
