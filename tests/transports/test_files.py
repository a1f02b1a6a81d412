"""Attachments over real HTTP: what browsers are told about them, and who gets none."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from livechat_core.filetypes import TEXT, named
from livechat_core.transports.aiohttp import files
from tests.pure.test_filetypes import jpeg, png
from tests.transports.served import SHOP, TABLES, Json, Served, Wire, new_id, serving

pytestmark = pytest.mark.anyio

BYTES = {"Content-Type": "application/octet-stream"}
PICTURE = png() + bytes(range(256)) * 1000
SCRIPT = b"<html><script>alert(1)</script></html>"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Served]:
    shop = {**TABLES["sites"]["shop"], "attachments": True}
    rules = {"file_size": 300_000}
    changes: dict[str, Json] = {
        "sites": {"shop": shop},
        "files": {"folder": "attached", "keep_free": 0},
        "rules": rules,
    }
    async with serving(tmp_path, changes) as served:
        yield served


class Chat:
    """A chat of Maria and Ana."""

    def __init__(self, desk: Served, maria: Wire, ana: Wire, stream: str) -> None:
        self.desk, self.maria, self.ana, self.stream = desk, maria, ana, stream
        self.token = maria.told["token"]

    async def announce(self, name: str = "shoes.png", size: int = len(PICTURE)) -> str:
        told = await self.maria.do("conversation.attach", stream=self.stream, name=name, size=size)
        return f"{self.desk.url}/{told['path']}"

    async def send(self, url: str, body: Any, **headers: str) -> tuple[int, Json]:
        auth = {"Authorization": f"Bearer {self.token}"}
        wanted = {**auth, **BYTES, **{k.replace("_", "-"): v for k, v in headers.items()}}
        wanted = {name: value for name, value in wanted.items() if value}
        async with self.desk.http.post(url, data=body, headers=wanted) as answer:
            return answer.status, await answer.json()

    async def attach(self, body: bytes = PICTURE, name: str = "shoes.png") -> str:
        url = await self.announce(name, len(body))
        status, told = await self.send(url, body)
        assert status == 200, told
        return url

    def get(self, url: str, **headers: str) -> Any:
        return self.desk.http.get(url, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture
async def chat(desk: Served) -> AsyncIterator[Chat]:
    async with desk.visitor() as maria, desk.staff() as ana:
        begun = await maria.do("conversation.start", site="shop", question="Red?")
        offer = await ana.hear(
            lambda frame: frame["method"] == "list" and frame["params"]["list"] == "offers"
        )
        (row,) = offer["changed"]
        await ana.do("conversation.accept", stream=row["stream"], offer=row["offer"])
        yield Chat(desk, maria, ana, begun["stream"])


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "attached").rglob("*") if path.is_file()]


def bearer(chat: Chat) -> dict[str, str]:
    return {"Authorization": f"Bearer {chat.token}"}


async def test_a_picture_comes_as_it_was_sent_F44(chat: Chat) -> None:
    url = await chat.attach()

    async with chat.get(url, **bearer(chat)) as got:
        assert (got.status, await got.read()) == (200, PICTURE)
        assert got.headers["Content-Type"] == "image/png"
        assert got.headers["Content-Disposition"] == "inline; filename*=UTF-8''shoes.png"
    async with chat.get(url, Cookie="login=ana") as got:
        assert (got.status, await got.read()) == (200, PICTURE)


@pytest.mark.parametrize(
    ("body", "name", "kind", "shown"),
    [
        (b"%PDF-1.7 ...", "Zoë 李.pdf", "application/pdf", "Zo%C3%AB%20%E6%9D%8E.pdf"),
        (b"alert(1)", "page.html", "text/plain; charset=utf-8", "page.html.txt"),
        (b"x", 'a"; filename="b.exe\r\nX: y', "text/plain; charset=utf-8", "a_%3B%20f"),
    ],
)
async def test_what_is_no_picture_is_saved_and_never_shown_A66(
    chat: Chat, body: bytes, name: str, kind: str, shown: str
) -> None:
    url = await chat.attach(body, name)

    async with chat.get(url, **bearer(chat)) as got:
        assert await got.read() == body
        assert got.headers["Content-Type"] == kind
        found = got.headers["Content-Disposition"]
        assert found.startswith(f"attachment; filename*=UTF-8''{shown[:8]}")
        assert '"' not in found
        assert "X" not in got.headers


async def test_a_browser_is_told_to_run_and_keep_nothing_A66(chat: Chat) -> None:
    url = await chat.attach()

    async with chat.get(url, Cookie="login=ana") as got:
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert got.headers["Cache-Control"] == "private, no-store"
        assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert got.headers["Referrer-Policy"] == "no-referrer"


async def test_an_address_alone_is_worth_nothing_A66(chat: Chat, desk: Served) -> None:
    """Guessed, passed on, or asked for by a page of somebody else."""
    url = await chat.attach()
    async with desk.visitor() as other:
        token = other.told["token"]
    tries: list[tuple[dict[str, str], int]] = [
        ({}, 401),
        ({"Authorization": "Bearer nobody"}, 401),
        ({"Authorization": f"Bearer {token}"}, 404),
        ({"Cookie": "login=nobody"}, 401),
        ({"Cookie": "login=ana", "Origin": "https://evil.example"}, 403),
        ({"Cookie": "login=ana", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Cookie": "login=ana", "Origin": SHOP}, 401),
    ]
    for headers, status in tries:
        async with chat.get(url, **headers) as got:
            assert (got.status, b"IHDR" in await got.read()) == (status, False), headers
    desk.logins.revoked.add("ana")
    async with chat.get(url, Cookie="login=ana") as got:
        assert got.status == 401


async def test_pages_of_the_sites_may_send_and_get_A28(chat: Chat, desk: Served) -> None:
    url = await chat.announce()
    async with desk.http.options(url, headers={"Origin": SHOP}) as asked:
        assert asked.status == 204
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    status, _ = await chat.send(url, PICTURE, Origin=SHOP)
    assert status == 200
    async with chat.get(url, Origin=SHOP, **bearer(chat)) as got:
        assert got.headers["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Credentials" not in got.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (SCRIPT, 415, "unsupported_type"),
        (b"<svg/>", 415, "unsupported_type"),
        (png(60_000, 60_000), 413, "too_many_pixels"),
        (jpeg(60_000, 60_000), 413, "too_many_pixels"),
        (PICTURE + b"x", 413, "too_large"),
    ],
)
async def test_what_is_not_taken_is_said_so_A66(
    chat: Chat, tmp_path: Path, body: bytes, status: int, code: str
) -> None:
    url = await chat.announce("shoes.png")

    got, told = await chat.send(url, body)

    assert (got, told["error"]["data"]["code"]) == (status, code)
    assert kept(tmp_path) == []


async def test_a_form_of_another_page_sends_nothing_A27(chat: Chat, tmp_path: Path) -> None:
    url = await chat.announce()
    for headers, status in (
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415),
        ({"Origin": "https://evil.example"}, 403),
        ({"Authorization": "", "Cookie": "login=ana", "Origin": "https://evil.example"}, 403),
        ({"Authorization": "", "Cookie": "login=ana"}, 404),
    ):
        got, _ = await chat.send(url, PICTURE, **headers)
        assert got == status, headers
    status, _ = await chat.send(url, gzip.compress(PICTURE), Content_Encoding="gzip")
    assert status == 415
    assert kept(tmp_path) == []


async def test_what_breaks_off_is_not_kept_and_may_come_again_A66(
    chat: Chat, desk: Served, tmp_path: Path
) -> None:
    url = await chat.announce()
    path = url.partition(desk.host)[2]
    host, port = desk.host.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: {desk.host}\r\nAuthorization: Bearer {chat.token}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(PICTURE)}\r\n\r\n".encode()
        + PICTURE[:70_000]
    )
    await writer.drain()
    async with asyncio.timeout(10):
        while not kept(tmp_path):  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(0.01)
    writer.close()
    async with asyncio.timeout(10):
        while kept(tmp_path):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)

    assert (await chat.send(url, PICTURE))[0] == 200
    (file,) = kept(tmp_path)
    assert file.read_bytes() == PICTURE


async def test_who_stops_sending_is_not_waited_for_A66(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "STALL", 0.1)
    url = await chat.announce()

    async def slow() -> AsyncIterator[bytes]:
        yield PICTURE[:1000]
        await asyncio.sleep(1)
        yield PICTURE[1000:]

    try:
        status, told = await chat.send(url, slow())
        assert (status, told["error"]["data"]["code"]) == (409, "upload_broken")
    except aiohttp.ClientError:
        pass  # the connection may be closed before all is sent
    assert kept(tmp_path) == []


@given(name=st.text(max_size=120))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_breaks_a_header_A45(name: str) -> None:
    header = f"attachment; filename*=UTF-8''{quote(named(name, TEXT), safe='')}"
    assert header.isascii()
    assert header.isprintable()
    assert header.count(";") == 1
    assert " " not in header.partition("; ")[2]


async def test_nobody_sends_where_nothing_was_announced(chat: Chat, tmp_path: Path) -> None:
    here = chat.stream.partition("/")[2]
    for path in (f"{here}/{new_id()}", f"none/{'0' * 32}", f"{here}/..%2f..%2fx"):
        status, _ = await chat.send(f"{chat.desk.url}/files/{path}", PICTURE)
        assert status == 404
    assert kept(tmp_path) == []
