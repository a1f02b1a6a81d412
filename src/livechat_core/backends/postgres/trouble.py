"""What PostgreSQL can complain about, in the words of the library: the one place of translation."""

import psycopg

from ...errors import StoreError

# https://www.postgresql.org/docs/current/errcodes-appendix.html; a longer beginning goes before.
CODES = {
    "08": "store_unreachable",  # the connection broke
    "25006": "store_unreachable",  # a standby, which only reads
    "28": "store_unreachable",  # not let in
    "3D": "store_unreachable",  # no such database
    "40": "store_busy",  # deadlock, serialization
    "42501": "store_unreachable",  # no right to
    "53": "store_busy",  # too many connections, out of memory
    "53100": "store_full",
    "55P03": "store_busy",  # a lock was not to be had in time
    "57": "store_unreachable",  # shut down, terminated
    "57014": "store_busy",  # the statement took too long
    "58": "store_unreachable",  # the server's own disk
    "XX001": "store_corrupt",
    "XX002": "store_corrupt",
}


def translate(error: Exception) -> Exception:
    """Return the library's error for one of psycopg, chained to it; any other error as it is."""
    if not isinstance(error, psycopg.Error):
        return error
    # Only the first line: those after it may quote the row.
    found = StoreError(_code(error), why=str(error).partition("\n")[0])
    found.__cause__ = error
    return found


def is_busy(error: Exception) -> bool:
    """Tell whether somebody else was in the way for too long."""
    return isinstance(error, psycopg.Error) and _code(error) == "store_busy"


def _code(error: psycopg.Error) -> str:
    state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
    return CODES.get(state) or CODES.get(state[:2], "store_failed")
