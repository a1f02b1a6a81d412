"""A desk for programs that wait: WSGI applications, scripts, threads.

`BlockingDesk` keeps one event loop in one daemon thread. It starts on the first call and again
after a fork, so a server that forks its workers can make it before the fork. Because commands are
values it has a handful of methods and does not grow.
"""

import atexit
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar
from weakref import WeakSet

import anyio
import attrs
from anyio.from_thread import BlockingPortal

from .desk import Desk
from .errors import ConfigurationError
from .repeats import Ack
from .service import Service, serve
from .streams import Command, Event, Recorded

logger = logging.getLogger("livechat_core")

T = TypeVar("T")


@attrs.frozen
class Running:
    """A desk at work in its thread."""

    portal: BlockingPortal
    service: Service
    thread: threading.Thread


class BlockingDesk(AbstractContextManager["BlockingDesk"]):
    """Calls a desk from any thread and waits for the answer.

    Args:
        make: Makes the desk; called in each process that uses it, on its first call.
        backend: ``asyncio`` or ``trio``.
    """

    def __init__(self, make: Callable[[], Desk], backend: str = "asyncio") -> None:
        self._make = make
        self._backend = backend
        self._lock = threading.Lock()
        self._running: Running | None = None
        self._closed = False
        _made.add(self)

    def dispatch(self, stream: str, command: Command, client_id: str = "") -> Ack:
        """As `Desk.dispatch`."""
        return self._call(lambda service: service.desk.dispatch(stream, command, client_id))

    def view(self, stream: str) -> Any:  # noqa: ANN401 - the state class of its decider
        """As `Desk.view`."""
        return self._call(lambda service: service.desk.view(stream))

    def history(self, stream: str, after: int = 0) -> list[tuple[Recorded, Event]]:
        """As `Desk.history`."""
        return self._call(lambda service: service.desk.history(stream, after))

    def availability(self, site: str) -> dict[str, Any]:
        """Return whether somebody can answer on a site."""

        async def ask(service: Service) -> dict[str, Any]:
            return service.board.fresh_availability(site)

        return self._call(ask)

    def close(self) -> None:
        """Stop the desk of this process; it does not start again."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        atexit.unregister(self.close)
        if running is not None and running.thread.is_alive():
            with suppress(RuntimeError):  # it has died this very moment
                running.portal.start_task_soon(running.portal.stop)
            running.thread.join()

    def __exit__(self, *_: object) -> None:
        self.close()

    def forget_lock(self) -> None:
        """Take a new lock in a forked child: a thread that stayed behind may hold the old one."""
        self._lock = threading.Lock()

    def _call(self, ask: Callable[[Service], Awaitable[T]]) -> T:
        running = self._found()

        async def answer() -> T:
            return await ask(running.service)

        return running.portal.call(answer)

    def _found(self) -> Running:
        """Return the desk of this process, started if need be."""
        with self._lock:
            if self._closed:
                raise ConfigurationError("desk_closed")
            # In a forked child none of the parent's threads is alive.
            if self._running is None or not self._running.thread.is_alive():
                self._running = self._start()
            return self._running

    def _start(self) -> Running:
        started: Future[Running] = Future()
        threading.Thread(
            target=_run,
            args=(self._make, self._backend, started),
            name="livechat-desk",
            daemon=True,
        ).start()
        atexit.register(self.close)
        return started.result()


def _run(make: Callable[[], Desk], backend: str, started: Future[Running]) -> None:
    """Run a desk in this thread until its portal is stopped."""

    async def main() -> None:
        async with serve(make()) as service, BlockingPortal() as portal:
            started.set_result(Running(portal, service, threading.current_thread()))
            await portal.sleep_until_stopped()

    try:
        anyio.run(main, backend=backend)
    except BaseException as error:
        if started.done():
            logger.exception("the desk has stopped; the next call starts it again")
        else:
            started.set_exception(error)


_made: WeakSet[BlockingDesk] = WeakSet()


def _forget_locks() -> None:
    for desk in _made:
        desk.forget_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)
