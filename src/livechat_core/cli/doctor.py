"""`livechat doctor` and `livechat plugins`: whether everything around a desk is as it must be."""

import argparse
import hashlib
import hmac
import json
import re
import smtplib
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from functools import partial
from importlib import metadata
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import anyio
from anyio import to_thread

from ..clock import SystemClock
from ..errors import ConfigurationError, LivechatError
from ..plugins import Failure, Plugins
from ..rules import SECOND
from ..settings import Settings, load
from .tail import store_file

PATIENCE = 5.0
NOBODY = "doctor@example.org"
DISTRIBUTION = "livechat-core"

Look: TypeAlias = Callable[[], Awaitable[str]]


class Problem(Exception):
    """Something is not as it must be."""


def run(options: argparse.Namespace) -> int:
    """Look at everything, say what is well and what is not; 1 if anything is not."""
    settings = load(options.settings)
    print(f"ok       settings  {_counted(settings)}")
    return anyio.run(Doctor(settings, options.callback).visit)


def list_plugins(_: argparse.Namespace) -> int:
    """Print the plugins that are loaded, and those that failed; 1 if any did."""
    plugins = Plugins()
    for name in plugins.names:
        print(f"ok       {name}")
    for failure in plugins.failures:
        print(f"problem  {failure.name}: {why(failure)}")
    return 1 if plugins.failures else 0


class Doctor:
    """Looks at the surroundings of a desk.

    Args:
        settings: The desk's.
        callback: Where a running desk takes presses of Slack's buttons; nothing to leave that out.
    """

    def __init__(self, settings: Settings, callback: str | None) -> None:
        self._settings = settings
        self._callback = callback
        self._clock = SystemClock()
        self._plugins = Plugins(disabled=settings.disabled_plugins)

    async def visit(self) -> int:
        """Print one line for each part."""
        looks: dict[str, Look] = {
            "plugins": self._look_at_plugins,
            "store": self._look_at_store,
            "notifiers": self._look_at_notifiers,
            "erm": self._look_at_erm,
        }
        if self._settings.section("smtp"):
            looks["mail"] = self._look_at_mail
        if self._settings.section("slack"):
            looks["slack"] = self._look_at_slack
        if self._callback:
            looks["callback"] = partial(self._look_at_callback, self._callback)
        well = [await _told(name, look) for name, look in looks.items()]
        return 0 if all(well) else 1

    async def _look_at_plugins(self) -> str:
        if self._plugins.failures:
            raise Problem("; ".join(f"{one.name}: {why(one)}" for one in self._plugins.failures))
        return f"{len(self._plugins.names)} loaded"

    async def _look_at_store(self) -> str:
        path = store_file(self._settings)
        if path is not None and not path.exists():
            if not path.parent.is_dir():
                raise ConfigurationError("directory_missing", path=str(path.parent))
            return f"{path} will be made at the first start"
        async with self._plugins.store(self._settings, self._clock) as store:
            head = await store.wait(0, 0)
        schema = f", schema {_schema(str(path))}" if path else ""
        return f"{_without_password(self._settings.store)} opens{schema}, {head.position} events"

    async def _look_at_notifiers(self) -> str:
        found = self._plugins.notifiers(self._settings, self._clock)
        wanted = {one.notifier for one in self._settings.rules.notifiers}
        if missing := sorted(wanted - set(found)):
            raise Problem(f"nobody is there by the name of {', '.join(missing)}")
        return ", ".join(sorted(wanted)) or "none; left messages are announced nowhere"

    async def _look_at_erm(self) -> str:
        erm = self._plugins.erm(self._settings, self._clock)
        if erm is None:
            raise Problem("there is no adapter of this name: nothing would be filed")
        with anyio.fail_after(PATIENCE * 4):
            await erm.search(NOBODY)
        return f"{erm.name} answers"

    async def _look_at_mail(self) -> str:
        self._plugins.mailer(self._settings, self._clock)
        table = self._settings.section("smtp")
        host, port = str(table["host"]), int(table.get("port", 587))
        return f"{host}:{port} answers {await to_thread.run_sync(_greeting, host, port)}"

    async def _look_at_slack(self) -> str:
        table = self._settings.section("slack")
        base = str(table.get("base_url", "https://slack.com/api/"))
        headers = {"Authorization": f"Bearer {table.get('token', '')}"}
        _, body = await to_thread.run_sync(_post, f"{base}auth.test", b"", headers)
        told = _object(body)
        if not told.get("ok"):
            raise Problem(f"the token is refused: {told.get('error', 'no readable answer')}")
        return f"the token is good for {told.get('user')} in {told.get('team')}"

    async def _look_at_callback(self, url: str) -> str:
        """Send a press of an unknown button, signed as Slack would sign it."""
        secret = str(self._settings.section("slack").get("signing_secret", ""))
        action = {"action_id": "livechat_doctor", "action_ts": "1"}
        team = {"id": str(self._settings.section("slack").get("team", ""))}
        press = {"type": "block_actions", "user": {"id": "U0"}, "team": team, "actions": [action]}
        body = urlencode({"payload": json.dumps(press)}).encode()
        at = str(self._clock.now() // SECOND)
        mark = hmac.digest(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hex()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mark}"}
        status, _ = await to_thread.run_sync(_post, url, body, headers)
        if status == 401:
            raise Problem("the desk there has another signing secret, or another time")
        if status != 200:
            raise Problem(f"answers {status}: this is no callback of a running desk")
        return f"{url} takes what is signed with this secret"


async def _told(name: str, look: Look) -> bool:
    """Print what a look shows; false if it is a problem."""
    try:
        found, well = await look(), True
    except (Problem, LivechatError, OSError, TimeoutError, smtplib.SMTPException) as error:
        found, well = str(error) or type(error).__name__, False
    print(f"{'ok' if well else 'problem':<8} {name:<9} {found}", flush=True)
    return well


def why(failure: Failure) -> str:
    """Return why a plugin failed, and what to install if that would mend it."""
    cause = failure.error.__cause__
    missing = getattr(cause, "name", None) if isinstance(cause, ImportError) else None
    extra = extra_of(missing) if missing else ""
    mend = f': pip install "{DISTRIBUTION}[{extra}]"' if extra else ""
    return f"{cause or failure.error}{mend}"


def extra_of(module: str) -> str:
    """Return the extra that brings a module, empty if none does."""
    wanted = module.partition(".")[0].replace("_", "-").lower()
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return ""
    for requirement in requirements:
        name, _, condition = requirement.partition(";")
        extra = re.search(r"extra == ['\"]([a-z-]+)['\"]", condition)
        if extra and re.match(r"[A-Za-z0-9._-]+", name.strip())[0].lower() == wanted:  # type: ignore[index]
            return extra[1]
    return ""


def _counted(settings: Settings) -> str:
    rules = settings.rules
    return f"{len(rules.sites)} sites, {len(rules.queues)} queues, {len(rules.staff)} staff"


def _schema(path: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        version: int = database.execute("PRAGMA user_version").fetchone()[0]
        return version


def _greeting(host: str, port: int) -> int:
    with smtplib.SMTP(host, port, timeout=PATIENCE) as host_of_mail:
        return host_of_mail.noop()[0]


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    if not url.startswith(("http://", "https://")):
        raise Problem(f"{url} is no web address")
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read(65_536)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _without_password(address: str) -> str:
    """Return an address as it may stand in a log (A76)."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:***@{host}").geturl()
