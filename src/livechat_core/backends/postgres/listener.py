"""Hears when other processes record: a hint that saves waiting for the next look, and no more."""

import socket
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from threading import Thread

import psycopg

from .connecting import Connection

RETRY = 1.0
"""Seconds until it calls again a server that is not there."""


class Listener:
    """Listens in a thread and on a connection of its own, so that no reader is kept waiting by it.

    Args:
        connect: Opens a connection; called again whenever the old one broke.
        channel: Where commits ring.
        heard: Called in that thread with the position that a commit ended at.
    """

    def __init__(
        self, connect: Callable[[], Connection], channel: str, heard: Callable[[int], None]
    ) -> None:
        self._connect = connect
        self._channel = channel
        self._heard = heard
        self._stop, self._stopped = socket.socketpair()
        self._thread = Thread(target=self._run, name="livechat-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; it waits for nothing but, at worst, a server that does not answer."""
        self._stop.send(b".")
        self._thread.join()
        self._stop.close()
        self._stopped.close()

    def _run(self) -> None:
        while True:
            with suppress(psycopg.Error):
                self._listen()
            if self._is_stopped(RETRY):
                return

    def _listen(self) -> None:
        """Pass on what is heard until there is an end to it."""
        with self._connect() as connection:
            connection.execute(f"LISTEN {self._channel}")
            while not self._is_stopped(None, connection):
                for notice in connection.notifies(timeout=0):
                    if notice.payload.isdecimal():
                        self._heard(int(notice.payload))

    def _is_stopped(self, seconds: float | None, *others: Connection) -> bool:
        """Wait for a connection to say something, for the time to be over, or for the end."""
        # Not select(): in a process with a thousand clients it fails for higher file numbers.
        with DefaultSelector() as selector:
            watched: list[socket.socket | Connection] = [self._stopped, *others]
            for one in watched:
                selector.register(one, EVENT_READ)
            return any(key.fileobj is self._stopped for key, _ in selector.select(seconds))
