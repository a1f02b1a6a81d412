"""Opening a connection: what must hold for each of them, whatever the server's own settings say."""

from typing import Any, TypeAlias

import psycopg
from psycopg.types.numeric import Int8Dumper

from .place import Place

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

# A peer that is gone is noticed in seconds: without these a read from a dead host may take hours.
PATIENT = {
    "application_name": "livechat",
    "client_encoding": "UTF8",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
SESSION = {
    # Each statement must see what was committed before it began: the recorder reads behind a lock.
    "default_transaction_isolation": "read committed",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    # There is an index for all that is asked. A statement that was prepared while a table was small
    # would go on reading the whole of it until the server's figures about it are new.
    "enable_seqscan": "off",
    # A process that is held up in a transaction must not hold up all others.
    "idle_in_transaction_session_timeout": "10s",
}
# An acknowledged commit is on the disk (G1); a server may ask for more, such as a standby's disk.
DURABLE = """set_config('synchronous_commit',
    replace(current_setting('synchronous_commit'), 'off', 'on'), false)"""
SET = ", ".join([f"SELECT {DURABLE}", *["set_config(%s, %s, false)"] * (len(SESSION) + 2)])


def connect(place: Place, *, readonly: bool = False) -> Connection:
    """Open one more connection, which any one thread at a time may use.

    Raises:
        psycopg.Error: The server is not there, or does not let us in.
    """
    told = psycopg.conninfo.conninfo_to_dict(place.address)
    options: dict[str, Any] = {**PATIENT, **{key: value for key, value in told.items() if value}}
    connection = psycopg.connect("", autocommit=True, **options)
    try:
        # One type for every number, so that a statement stays the same one and stays prepared.
        connection.adapters.register_dumper(int, Int8Dumper)
        session = {
            **SESSION,
            "search_path": place.schema,
            "default_transaction_read_only": "on" if readonly else "off",
        }
        connection.execute(SET, [part for pair in session.items() for part in pair])
    except BaseException:
        connection.close()
        raise
    return connection
