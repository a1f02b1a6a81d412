"""Fifty people claim one enquiry at the same instant, by three ways over real HTTP (G12, S0-14)."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.acceptance.conftest import Demo, running_demo

PEOPLE = [f"s{number:02}" for number in range(50)]
BY_PAGE, BY_SLACK, BY_API = PEOPLE[:17], PEOPLE[17:34], PEOPLE[34:]
EMAIL = "race@example.net"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    staff = "\n".join(
        f'[staff.{one}]\nname = "Person {one}"\nemail = "{one}@demo.example"\n'
        f'slack_user = "U{one.upper()}"\nqueues = ["support", "booking"]'
        for one in PEOPLE
    )
    with running_demo(tmp_path_factory.mktemp("demo") / "data", staff) as running:
        yield running


class Person:
    """One of the staff, signed in."""

    def __init__(self, demo: Demo, name: str) -> None:
        self.demo, self.name = demo, name
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def sign_in(self) -> None:
        form = {"agent": self.name}
        origin = {"Origin": self.demo.url}
        url = f"{self.demo.url}/demo/sign-in"
        async with self.http.post(url, data=form, headers=origin) as answer:
            assert answer.status == 200, await answer.text()

    async def rpc(self, method: str, **params: Any) -> dict[str, Any]:
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"Origin": self.demo.url}
        url = f"{self.demo.url}/chat/rpc?as=staff"
        async with self.http.post(url, json=call, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def socket(self) -> aiohttp.ClientWebSocketResponse:
        url = f"{self.demo.url}/chat/ws"
        socket = await self.http.ws_connect(url, origin=self.demo.url)
        await call(socket, "session.open", {"as": "staff", "watch": True})
        return socket


async def call(
    socket: aiohttp.ClientWebSocketResponse, method: str, params: dict[str, Any]
) -> dict[str, Any]:
    await socket.send_json({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
    while True:
        answer: dict[str, Any] = json.loads((await socket.receive(timeout=20)).data)
        if answer.get("id") == 7:
            return answer


async def leave_message(demo: Demo) -> str:
    """Leave a message as a visitor; returns the enquiry."""
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(f"{demo.url}/chat/ws", origin=demo.url)
        page = {"site": "performances", "url": f"{demo.url}/sites/performances/"}
        await call(socket, "session.open", {"as": "visitor", "token": "", "page": page})
        told = {"id": "race-message", "site": "performances", "email": EMAIL, "question": "Who?"}
        answer = await call(socket, "conversation.leave_message", told)
        return str(answer["result"]["stream"]).replace("conversation/", "enquiry/")


async def slack_message(demo: Demo, http: aiohttp.ClientSession) -> dict[str, Any]:
    """Wait until the announcement is in Slack."""
    for _ in range(200):
        async with http.get(f"{demo.url}/slack/_state") as answer:
            state = await answer.json()
        found = [one for one in state["messages"] if EMAIL in one["versions"][0]["raw"]]
        if found:
            return dict(found[0])
        await asyncio.sleep(0.05)
    pytest.fail("the announcement never came to Slack")


class Race:
    """Everybody stands at the barrier; each claims by his own way."""

    def __init__(self, demo: Demo, enquiry: str, people: dict[str, Person]) -> None:
        self.demo, self.enquiry, self.people = demo, enquiry, people
        self.barrier = asyncio.Barrier(len(PEOPLE))

    async def by_page(self, name: str) -> dict[str, Any]:
        socket = await self.people[name].socket()
        await self.barrier.wait()
        return await call(socket, "enquiry.claim", self.claim(name))

    async def by_api(self, name: str) -> dict[str, Any]:
        await self.barrier.wait()
        return await self.people[name].rpc("enquiry.claim", **self.claim(name))

    async def by_slack(self, name: str, ts: str) -> dict[str, Any]:
        press = {"user": f"U{name.upper()}", "ts": ts, "action_id": "livechat_claim", "stale": True}
        await self.barrier.wait()
        url = f"{self.demo.url}/slack/_press"
        async with self.people[name].http.post(url, json=press) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    def claim(self, name: str) -> dict[str, Any]:
        return {"id": f"claim-{name}-1", "stream": self.enquiry}

    async def run(self, ts: str) -> list[dict[str, Any]]:
        return await asyncio.gather(
            *map(self.by_page, BY_PAGE),
            *map(self.by_api, BY_API),
            *(self.by_slack(name, ts) for name in BY_SLACK),
        )


@pytest.mark.anyio
async def test_of_fifty_claims_at_once_one_wins_and_all_others_learn_who(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    enquiry = await leave_message(demo)
    people = {name: Person(demo, name) for name in PEOPLE}
    try:
        for name in (*BY_PAGE, *BY_API):
            await people[name].sign_in()
        slack = people[PEOPLE[0]].http
        posted = await slack_message(demo, slack)
        answers = await Race(demo, enquiry, people).run(posted["ts"])
        winner = await claimed_by(people[BY_API[0]], enquiry)
        private = await private_lines(demo, slack, len(BY_SLACK))
    finally:
        for person in people.values():
            await person.http.close()
    won = [one for one in answers if "result" in one] + [x for x in private if x == "Claimed."]
    refused = [one["error"]["data"] for one in answers if "error" in one and "answers" not in one]
    told = [one for one in refused if (one["code"], one["owner"]) == ("claimed", winner)]
    told_in_slack = [line for line in private if line == f"Already claimed by {winner}."]
    assert len(won) == 1
    assert len(told) + len(told_in_slack) == len(PEOPLE) - 1
    with capsys.disabled():
        sys.stdout.write(f"\n{len(PEOPLE)} claims at once: 1 winner, {len(PEOPLE) - 1} told who\n")


async def claimed_by(person: Person, enquiry: str) -> str:
    answer = await person.rpc("enquiry.show", stream=enquiry)
    names = [e["data"]["name"] for e in answer["result"]["events"] if e["type"] == "Claimed"]
    assert len(names) == 1
    return str(names[0])


async def private_lines(demo: Demo, http: aiohttp.ClientSession, count: int) -> list[str]:
    """Wait for the private answers that Slack shows to who pressed."""
    for _ in range(400):
        async with http.get(f"{demo.url}/slack/_state") as answer:
            text = await answer.text()
        found = [str(line) for line in ephemeral(json.loads(text))]
        if len(found) >= count:
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"only {len(found)} of {count} who pressed in Slack got an answer")


def ephemeral(state: dict[str, Any]) -> Iterator[str]:
    for message in state["messages"]:
        if message.get("visible_to"):
            raw = message["versions"][-1]["raw"]
            match = re.search(r'"text": ?"([^"]*)"', raw)
            yield match[1] if match else raw
