"""The callback of Slack's Claim button, over real HTTP (A43)."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import anyio
import pytest
from aiohttp import web

from livechat_core import errors
from livechat_core.rules import SECOND
from livechat_core.transports.aiohttp import slack
from tests.transports.served import Json, Served, eventually, serving
from tests.transports.test_rpc import begin, leave

pytestmark = pytest.mark.anyio

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105


class Workspace:
    """Stands for Slack: keeps the private answers that it gets."""

    def __init__(self) -> None:
        self.told: list[Json] = []

    async def take(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        return web.json_response({"ok": True})

    async def said(self, count: int = 1) -> list[str]:
        await eventually(lambda: len(self.told) >= count)
        return [one["text"] for one in self.told]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/response/{secret}", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://127.0.0.1:{1}/".format(*runner.addresses[0])
        await runner.cleanup()


class Pressing:
    """A desk with Slack, and somebody who presses its button."""

    def __init__(self, desk: Served, workspace: Workspace, base: str, enquiry: str) -> None:
        self.desk = desk
        self.workspace = workspace
        self.base = base
        self.enquiry = enquiry

    def body(self, user: str, at: str = "1.1", action: str = "livechat_claim") -> bytes:
        payload = {
            "type": "block_actions",
            "user": {"id": user},
            "team": {"id": "T1"},
            "actions": [{"action_id": action, "action_ts": at, "value": f"{self.enquiry}:1"}],
            "response_url": f"{self.base}response/secret",
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    async def send(self, body: bytes, *, secret: str = SECRET, late: int = 0) -> int:
        at = str(self.desk.service.desk.clock.now() // SECOND - late)
        signed = hmac.digest(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
        return await self.post(body, at, f"v0={signed.hex()}")

    async def post(self, body: bytes, at: str, signature: str) -> int:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature,
        }
        address = f"{self.desk.url}/slack"
        limit = aiohttp.ClientTimeout(total=3)
        async with self.desk.http.post(address, data=body, headers=headers, timeout=limit) as told:
            return told.status

    async def owner(self) -> str:
        return str((await self.desk.service.desk.view(self.enquiry)).agent)


@pytest.fixture
async def pressing(tmp_path: Path) -> AsyncIterator[Pressing]:
    workspace = Workspace()
    async with workspace.running() as base:
        table = {
            "token": "xoxb-1",
            "channel": "C1",
            "signing_secret": SECRET,
            "base_url": base,
            "team": "T1",
        }
        async with serving(tmp_path, {"slack": table}) as desk:
            enquiry = await leave(desk, await begin(desk))
            yield Pressing(desk, workspace, base, enquiry)


async def test_s0_14_who_presses_claims_and_the_next_learns_who(pressing: Pressing) -> None:
    assert await pressing.send(pressing.body("U1")) == 200
    assert await pressing.owner() == "ana"
    assert await pressing.workspace.said() == ["Claimed."]

    assert await pressing.send(pressing.body("U2", at="2.2")) == 200
    assert await pressing.owner() == "ana"
    assert await pressing.workspace.said(2) == ["Claimed.", "Already claimed by Ana."]
    assert pressing.workspace.told[0]["response_type"] == "ephemeral"


async def test_g12_a_press_that_slack_delivers_again_changes_nothing(pressing: Pressing) -> None:
    for _ in range(3):
        assert await pressing.send(pressing.body("U1")) == 200
    found = await pressing.desk.service.desk.history(pressing.enquiry)

    assert await pressing.workspace.said(3) == ["Claimed."] * 3
    assert [row.type for row, _ in found].count("enquiry.Claimed") == 1


async def test_a43_who_is_not_staff_learns_so_and_changes_nothing(pressing: Pressing) -> None:
    assert await pressing.send(pressing.body("U9")) == 403
    assert await pressing.workspace.said() == ["You are not staff here."]
    assert await pressing.owner() == ""


@pytest.mark.parametrize("late", [301, -301])
async def test_a43_a_stale_or_future_press_is_refused(pressing: Pressing, late: int) -> None:
    assert await pressing.send(pressing.body("U1"), late=late) == 401
    assert await pressing.owner() == ""


async def test_a43_what_is_not_signed_by_slack_is_refused(pressing: Pressing) -> None:
    body = pressing.body("U1")
    at = str(pressing.desk.service.desk.clock.now() // SECOND)
    good = hmac.digest(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hex()

    assert await pressing.send(body, secret="other") == 401
    assert await pressing.send(b"\xff") == 401
    assert await pressing.post(body + b"&x=1", at, f"v0={good}") == 401
    for moment, signature in [
        (at, ""),
        (at, good),
        (at, "v0=" + "0" * 64),
        (at, "v0=\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("", f"v0={good}"),
        ("soon", f"v0={good}"),
        ("1e9", f"v0={good}"),
    ]:
        assert await pressing.post(body, moment, signature) == 401
    assert await pressing.owner() == ""
    assert pressing.workspace.told == []


async def test_a43_a_press_in_another_workspace_is_refused(pressing: Pressing) -> None:
    body = pressing.body("U1").replace(b"%22T1%22", b"%22T2%22")
    assert await pressing.send(body) == 403
    assert await pressing.owner() == ""


@pytest.mark.parametrize(
    "body", [b"", b"payload=", b"payload={}", b"payload=1&payload=2", b"payload=%ff"]
)
async def test_a43_what_is_no_press_is_refused_though_signed(
    pressing: Pressing, body: bytes
) -> None:
    assert await pressing.send(body) == 400


async def test_another_button_is_only_answered(pressing: Pressing) -> None:
    assert await pressing.send(pressing.body("U1", action="livechat_open")) == 200
    assert await pressing.owner() == ""


async def test_a43_slack_is_answered_in_time_though_the_claim_takes_long(
    pressing: Pressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "PATIENCE", 0.1)
    desk, go_on = pressing.desk.service.desk, anyio.Event()
    dispatch = desk.dispatch

    async def slowly(*arguments: object) -> object:
        await go_on.wait()
        return await dispatch(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "dispatch", slowly)
    assert await pressing.send(pressing.body("U1")) == 200
    assert await pressing.owner() == ""

    go_on.set()
    assert await pressing.workspace.said() == ["Claimed."]
    assert await pressing.owner() == "ana"


async def test_a43_trouble_inside_is_told_to_the_person_and_not_to_slack(
    pressing: Pressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise errors.StoreError

    monkeypatch.setattr(pressing.desk.service.desk, "dispatch", fail)
    assert await pressing.send(pressing.body("U1")) == 200
    assert await pressing.workspace.said() == ["That did not work. Please try again."]


async def test_an_enquiry_that_does_not_exist_cannot_be_claimed(pressing: Pressing) -> None:
    pressing.enquiry = "enquiry/none"
    assert await pressing.send(pressing.body("U1")) == 200
    assert await pressing.workspace.said() == ["There is no such enquiry for you."]


async def test_a_private_answer_that_gets_lost_harms_nothing(pressing: Pressing) -> None:
    body = pressing.body("U1").replace(b"response%2Fsecret", b"nowhere")
    assert await pressing.send(body) == 200
    assert await pressing.owner() == "ana"


async def test_without_slack_there_is_no_callback(desk: Served) -> None:
    async with desk.http.post(f"{desk.url}/slack", data=b"") as answer:
        assert answer.status == 404
