"""A local mail catcher: takes every mail over real SMTP, keeps it, and shows it on a page.

It stands for somebody else's mail server: nothing is sent on. `MailServer` is the object for
the demo and for tests; `python -m livechat_core.demo.mail_server` runs it alone.

The pages: `/` lists the mail, `GET /messages` gives it as JSON, newest first, and
`POST /_fault {mode, stage?, count?, seconds?}` plans a misbehaviour. The stage is the SMTP
command that it answers: `mail`, `rcpt` or `data` (the end of the text, unless told otherwise).
"""

import argparse
import asyncio
import socket
from pathlib import Path
from typing import Final

import attrs
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from livechat_core.demo.mail_store import MailStore
from livechat_core.demo.outside import (
    LOOPBACK,
    Fault,
    Faults,
    new_app,
    read_object,
    serve_until_stopped,
)

FAULT_MODES: Final = frozenset({"451", "550", "421", "before", "drop_after_data", "slow"})
STAGES: Final = frozenset({"mail", "rcpt", "data"})
_REPLIES: Final = {
    "451": "451 4.3.0 Requested action aborted: try again later",
    "550": "550 5.1.1 Requested action not taken: mailbox unavailable",
    "421": "421 4.3.2 Service not available, closing transmission channel",
}
_ATTEMPTS_TO_BIND: Final = 5


class MailServer:
    """An SMTP server on loopback in a thread of its own, with a folder and a page."""

    def __init__(self, data_dir: Path | str, port: int = 0) -> None:
        """Prepare the folder; nothing listens before `start`.

        Args:
            data_dir: The folder for the messages, made if it is missing.
            port: The port to listen on; 0 takes a spare one.
        """
        self.store = MailStore(Path(data_dir))
        self.faults = Faults(FAULT_MODES)
        self._wanted_port = port
        self._controller: Controller | None = None

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: It has not been started.
        """
        if self._controller is None:
            raise RuntimeError("the mail server has not been started")
        return int(self._controller.port)

    def start(self) -> None:
        """Listen. A spare port may be lost to another process at the last moment: try again."""
        for attempt in reversed(range(_ATTEMPTS_TO_BIND)):
            controller = self._new_controller()
            try:
                controller.start()
            except OSError:
                if self._wanted_port or not attempt:
                    raise
            else:
                self._controller = controller
                return

    def _new_controller(self) -> Controller:
        return Controller(
            _Sink(self.store, self.faults),
            hostname=LOOPBACK,
            port=self._wanted_port or _spare_port(),
            server_hostname="localhost",
            ident="local mail catcher",
        )

    def stop(self) -> None:
        """Stop listening; the messages stay."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def fault(
        self, mode: str, *, stage: str = "data", count: int = 1, seconds: float = 1.0
    ) -> None:
        """Plan a misbehaviour for the next mails.

        Args:
            mode: `451`, `550` or `421` answer so; `before` drops the connection without
                keeping the mail, `drop_after_data` drops it after keeping the mail; `slow`
                keeps the mail and answers late.
            stage: The SMTP command to misbehave at.
            count: How often; 0 takes back what was planned for the stage.
            seconds: How late.
        """
        self.faults.plan(Fault(target=stage, mode=mode, count=count, seconds=seconds))

    def app(self) -> web.Application:
        """The pages, to be mounted under any prefix."""
        app = new_app("mail")
        app.router.add_get("/messages", self._messages)
        app.router.add_post("/_fault", self._fault)
        return app

    async def _messages(self, _request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(self.store.messages))

    async def _fault(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        stage = body.get("stage", "data")
        if stage not in STAGES:
            raise web.HTTPBadRequest(text=f"stage must be one of {', '.join(sorted(STAGES))}")
        self.faults.plan_from(body, stage)
        return web.json_response({"ok": True})


@attrs.frozen
class _Sink:
    """What aiosmtpd calls for each command of a session; the method names are its own."""

    store: MailStore
    faults: Faults

    async def handle_MAIL(  # noqa: N802
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        fault = self.faults.take("mail")
        if fault is None or await _is_slow(fault):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 OK"
        return _misbehave(server, fault)

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        fault = self.faults.take("rcpt")
        if fault is None or await _is_slow(fault):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
            return "250 OK"
        return _misbehave(server, fault)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        fault = self.faults.take("data")
        if fault is not None and fault.mode not in {"slow", "drop_after_data"}:
            return _misbehave(server, fault)
        name = self.store.add(
            envelope.mail_from, envelope.rcpt_tos, envelope.original_content or b""
        )
        if fault is None or await _is_slow(fault):
            return f"250 OK: kept as {name}"
        return _misbehave(server, fault)


async def _is_slow(fault: Fault) -> bool:
    if fault.mode == "slow":
        await asyncio.sleep(fault.seconds)
    return fault.mode == "slow"


def _misbehave(server: SMTP, fault: Fault) -> str:
    """Answer with a refusal, or drop the connection and never answer."""
    transport = server.transport
    if not isinstance(transport, asyncio.Transport):
        return ""
    if fault.mode == "421":
        server.loop.call_later(0.1, transport.close)
    elif fault.mode not in _REPLIES:
        transport.abort()
    return _REPLIES.get(fault.mode, "")


def _spare_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run the mail catcher alone; prints one JSON line with its SMTP port and its page's."""
    parser = argparse.ArgumentParser(prog="python -m livechat_core.demo.mail_server")
    parser.add_argument("--port", type=int, default=0, help="the SMTP port")
    parser.add_argument("--http-port", type=int, default=0, help="the page's port")
    parser.add_argument("--data", required=True)
    given = parser.parse_args()
    server = MailServer(given.data, given.port)
    server.start()
    try:
        asyncio.run(
            serve_until_stopped(
                server.app(),
                given.http_port,
                lambda port: {"port": server.port, "http_port": port},
            )
        )
    finally:
        server.stop()


if __name__ == "__main__":
    main()
