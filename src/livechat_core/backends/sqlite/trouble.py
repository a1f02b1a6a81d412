"""What SQLite can complain about, in the words of the library: the one place of translation."""

import sqlite3

from ...errors import StoreError

# Primary result codes, https://www.sqlite.org/rescode.html
CODES = {
    sqlite3.SQLITE_BUSY: "store_busy",
    sqlite3.SQLITE_LOCKED: "store_busy",
    sqlite3.SQLITE_FULL: "store_full",
    sqlite3.SQLITE_CORRUPT: "store_corrupt",
    sqlite3.SQLITE_NOTADB: "store_corrupt",
    sqlite3.SQLITE_CANTOPEN: "store_unreachable",
    sqlite3.SQLITE_PERM: "store_unreachable",
    sqlite3.SQLITE_READONLY: "store_unreachable",
    sqlite3.SQLITE_IOERR: "store_unreachable",
}


def translate(error: Exception) -> Exception:
    """Return the library's error for one of SQLite, chained to it; any other error as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    found = StoreError(CODES.get(code, "store_failed"), why=str(error))
    found.__cause__ = error
    return found


def is_busy(error: Exception) -> bool:
    """Tell whether somebody else held the file for too long."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
