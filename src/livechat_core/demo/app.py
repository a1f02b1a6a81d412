"""The demo in one process on this computer: a desk, two shops, and all that is outside of it.

Outside are a Slack, a mail host and the pages of an ERM; they share nothing with the adapters that
talk to them. Everything is kept in one folder: whenever the process is stopped or killed, the next
one goes on where it was.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
import tomllib
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
from aiohttp import web

from livechat_core import (
    ConfigurationError,
    Desk,
    Plugins,
    Service,
    Settings,
    SystemClock,
    hookimpl,
    ports,
    serve,
    settings as desk_settings,
)
from livechat_core.backends.erm_sqlite import EmbeddedErm
from livechat_core.transports.aiohttp import create_app

from . import erm_pages, slack_server
from .folder import Folder
from .login import Login
from .mail_server import MailServer
from .outside import LOOPBACK
from .site import add_pages
from .slack_workspace import CHANNEL_ID, USERS, User

Tables = dict[str, Any]
CRASH = "LIVECHAT_CRASH"
OWN_SETTINGS = Path(__file__).with_name("settings.toml")


@attrs.frozen(kw_only=True)
class Options:
    """What the command line says.

    Args:
        port: Where to serve; 0 takes a spare port.
        data: The folder of everything that is kept.
        browser: Whether to open a browser.
        settings: A settings file to lay over the demo's own.
    """

    port: int
    data: Path
    browser: bool
    settings: Path | None = None


@attrs.frozen(kw_only=True)
class DemoSettings:
    """The table ``[demo]``.

    Args:
        customers: Whom the ERM knows from the start.
        plugins: Modules of plugins to load, beside those that are installed.
    """

    customers: tuple[ports.Customer, ...] = ()
    plugins: tuple[str, ...] = ()


class Here:
    """The plugin that says where a visitor of the demo is."""

    @hookimpl
    def livechat_geo(self) -> ports.Geo:
        """Return this."""
        return self

    async def locate(self, request: ports.Request) -> str:
        """Return a place as coarse as a real one: everybody sits at this computer."""
        return "This computer"


def run(options: Options) -> None:
    """Serve the demo until the process is asked to stop.

    Raises:
        ConfigurationError: It cannot start: port, folder or settings.
    """
    if CRASH in os.environ:  # only tests of crashes want this, and only they need its module
        import_module("livechat_core.testing.crash").install_from_environment()
    with (
        Folder(options.data) as folder,
        _listening(options.port) as line,
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        runner.run(_serve(options, folder, line))


async def _serve(options: Options, folder: Folder, line: socket.socket) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows Ctrl-C interrupts without it
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    address = f"http://{LOOPBACK}:{line.getsockname()[1]}/"
    with _mail(folder.path / "mail") as mail:
        chosen = _settings(options, folder, address, mail)
        async with _running(chosen, folder, mail, address, line):
            sys.stdout.write(f"ready {address}\n")
            sys.stdout.flush()
            if options.browser:
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            await stopped.wait()


@asynccontextmanager
async def _running(
    chosen: Settings, folder: Folder, mail: MailServer, address: str, line: socket.socket
) -> AsyncIterator[None]:
    """Run the desk and serve everything on the line."""
    clock = SystemClock()
    own = chosen.read("demo", DemoSettings)
    login = Login(folder.secret("login.key"), chosen, clock)
    plugins = Plugins([login, Here(), *_imported(own)], disabled=chosen.disabled_plugins)
    erm = EmbeddedErm(folder.path / "erm.sqlite3", clock)
    await erm.seed(own.customers)
    async with serve(Desk(chosen, plugins, clock=clock)) as service:
        app = _app(service, login, folder, mail, address)
        app.add_subapp("/erm/", erm_pages.create_app(erm.path))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, line).start()
            yield
        finally:
            await runner.cleanup()


def _app(
    service: Service, login: Login, folder: Folder, mail: MailServer, address: str
) -> web.Application:
    app = web.Application()
    add_pages(app, login)
    app.add_subapp("/chat/", create_app(service))
    app.add_subapp("/mail/", mail.app())
    slack = slack_server.create_app(
        folder.path / "slack",
        f"{address}chat/slack",
        folder.secret("slack_signing.key"),
        folder.secret("slack_token.key"),
        _slack_users(service.desk.settings),
    )
    app.add_subapp("/slack/", slack)
    return app


def _slack_users(chosen: Settings) -> list[User]:
    """Return everybody of the desk who is in Slack, and somebody who is not of the desk."""
    staff = [
        User(id=person.slack_user, name=agent, real_name=person.name, email=person.email)
        for agent, person in chosen.rules.staff.items()
        if person.slack_user
    ]
    return staff + [user for user in USERS if user.is_guest]


# --- settings --------------------------------------------------------------------------------


def _settings(options: Options, folder: Folder, address: str, mail: MailServer) -> Settings:
    folder.secret("desk.key")
    slack = {
        "token": folder.secret("slack_token.key"),
        "channel": CHANNEL_ID,
        "signing_secret": folder.secret("slack_signing.key"),
        "base_url": f"{address}slack/api/",
    }
    found = {
        "desk": {"public_url": address.rstrip("/")},
        "slack": slack,
        "smtp": {"host": LOOPBACK, "port": mail.port, "starttls": False},
    }
    tables = _laid_over(_read(OWN_SETTINGS), found)
    if options.settings is not None:
        tables = _laid_over(tables, _read(options.settings))
    return desk_settings.from_tables(tables, base=folder.path)


def _read(path: Path) -> Tables:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError("settings_unreadable", path=str(path), why=str(error)) from error


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tables:
    """Return both tables as one: what is above wins, tables within are joined."""
    found = dict(below)
    for key, value in above.items():
        under = found.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        found[key] = _laid_over(under, value) if both else value  # type: ignore[arg-type]
    return found


def _imported(own: DemoSettings) -> list[object]:
    try:
        return [import_module(name) for name in own.plugins]
    except ImportError as error:
        raise ConfigurationError("plugin_missing", plugin=error.name, why=str(error)) from error


# --- the process -----------------------------------------------------------------------------


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Listen before anything runs: who calls early waits, and nobody else can take the port."""
    with socket.socket() as line:
        if sys.platform != "win32":  # there it would let two programs share the port
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((LOOPBACK, port))
            line.listen(128)
        except (OSError, OverflowError) as error:
            raise ConfigurationError("port_in_use", port=port, why=str(error)) from error
        yield line


@contextmanager
def _mail(folder: Path) -> Iterator[MailServer]:
    server = MailServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _loop_factory() -> Any:  # noqa: ANN401 - a class of uvloop, if it is there
    try:
        return import_module("uvloop").new_event_loop
    except ImportError:
        return None
