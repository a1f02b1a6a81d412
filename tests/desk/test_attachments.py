"""Attachments: who may send and get them, what is taken, and that nothing is left over."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import anyio
import anyio.lowlevel
import attrs
import pytest

from livechat_core import conversation
from livechat_core.conversation.values import UPLOAD_GRACE
from livechat_core.errors import LivechatError, StoreError
from livechat_core.rules import SECOND
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import refusal, start, talk, types
from tests.desk.conftest import MakeStore
from tests.pure.test_filetypes import png

pytestmark = pytest.mark.anyio

OPEN = attrs.evolve(
    RULES, sites={name: attrs.evolve(site, attachments=True) for name, site in RULES.sites.items()}
)
PICTURE = png() + b"x" * 3000
MARK = "attached-canary"


@pytest.fixture
async def desk(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=OPEN) as scene:
        yield scene


async def parts(whole: bytes, size: int = 1000) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(whole), size):
        yield whole[at : at + size]


async def announce(client: Client, chat: str, size: int = len(PICTURE), **told: Any) -> str:
    """Announce a file and return its id."""
    found = await client.do(
        "conversation.attach", **{"stream": chat, "name": "shoes.png", "size": size, **told}
    )
    assert found["path"] == f"files/{chat.partition('/')[2]}/{found['file']}"
    return str(found["file"])


async def send(client: Client, chat: str, file: str, whole: bytes = PICTURE) -> dict[str, Any]:
    async with aclosing(parts(whole)) as chunks:
        return await client.session.upload(chat.partition("/")[2], file, chunks)


async def attach(client: Client, chat: str, whole: bytes = PICTURE, **told: Any) -> str:
    file = await announce(client, chat, len(whole), **told)
    await send(client, chat, file, whole)
    return file


async def get(client: Client, chat: str, file: str) -> bytes:
    found = await client.session.download(chat.partition("/")[2], file)
    async with found.chunks as chunks:
        return b"".join([chunk async for chunk in chunks])


async def code(wanted: Any) -> str:
    with pytest.raises(LivechatError) as refused:
        await wanted
    return refused.value.code


def kept(scene: Scene) -> dict[str, bytes]:
    return scene.outside.files.kept


async def chatting(scene: Scene) -> tuple[Client, Client, str]:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    for one in (maria, ana):
        await one.call("conversation.follow", stream=chat)
    return maria, ana, chat


async def test_both_sides_send_files_and_get_them_F44(desk: Scene) -> None:
    """S0-29."""
    maria, ana, chat = await chatting(desk)
    assert maria.welcome["site"]["attachments"]["size"] == 10_000_000
    assert "image/png" in ana.welcome["attachments"]["types"]

    first = await attach(maria, chat)
    second = await attach(ana, chat, b"Our prices\n", name="prices")

    for one in (maria, ana):
        assert await get(one, chat, first) == PICTURE
        assert await get(one, chat, second) == b"Our prices\n"
        shown = [event["data"] for event in one.told("event") if event["type"] == "Attached"]
        assert [(event["author"], event["filename"], event["type"]) for event in shown] == [
            ("visitor", "shoes.png", "image/png"),
            ("agent", "prices.txt", "text/plain"),
        ]
    hidden = [event["type"] for event in maria.told("event")]
    assert "UploadBegun" not in hidden


async def test_the_history_by_mail_names_them_F44(desk: Scene) -> None:
    maria, ana, chat = await chatting(desk)
    await attach(maria, chat)
    await attach(ana, chat, b"Our prices", name="prices.txt")
    await maria.do("conversation.email_transcript", stream=chat, email="maria@example.org")
    await desk.settle()

    (mail,) = desk.outside.mailer.sent
    assert mail.text.index("You: [shoes") < mail.text.index("Ana: [prices.txt]")


async def test_the_right_is_asked_for_each_time_A66(desk: Scene) -> None:
    """A2, A12: a guessed or a passed-on address leads nowhere."""
    maria, ana, chat = await chatting(desk)
    file = await attach(maria, chat)
    other, eve = await desk.visitor(), await desk.staff("eve")
    theirs = await start(other)

    for one in (other, eve):
        assert await code(get(one, chat, file)) == "not_found"
    assert await code(get(other, theirs, file)) == "not_found"
    assert await code(get(maria, chat, "0" * 32)) == "not_found"
    for bad in ("..", "%2e%2e", "x/y", "", "a" * 200):
        assert await code(get(maria, f"conversation/{bad}", file)) == "not_found"
        assert await code(get(maria, chat, bad)) == "not_found"
    await ana.do("conversation.transfer", stream=chat, queue="sales", anyway=True)
    await desk.settle()
    assert await get(eve, chat, file) == PICTURE


async def test_only_who_was_let_to_sends_a_file_A66(desk: Scene) -> None:
    maria, ana, chat = await chatting(desk)
    other = await desk.visitor()
    file = await announce(maria, chat)

    assert await code(send(other, chat, file)) == "not_found"
    assert await code(send(ana, chat, file)) == "not_found"
    assert await code(send(maria, chat, "0" * 32)) == "not_found"
    closed = Client(desk, maria.session._request)
    assert await code(send(closed, chat, file)) == "unauthenticated"
    assert kept(desk) == {}


@pytest.mark.parametrize(
    ("whole", "refused"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unsupported_type"),
        (b"<html><script>alert(1)</script>", "unsupported_type"),
        (b"MZ\x90\0", "unsupported_type"),
        (b"PK\x03\x04", "unsupported_type"),
        (b"", "unsupported_type"),
        (png(50_000, 50_000), "too_many_pixels"),
        (PICTURE + b"x", "too_large"),
    ],
)
async def test_what_is_not_taken_leaves_nothing_A66(
    desk: Scene, whole: bytes, refused: str
) -> None:
    maria, _, chat = await chatting(desk)
    file = await announce(maria, chat, name="harmless.png")

    assert await code(send(maria, chat, file, whole)) == refused
    assert kept(desk) == {}
    assert "Attached" not in await types(desk, chat)
    await send(maria, chat, file)  # the next try may be a better one
    assert list(kept(desk)) == [file]


async def test_a_name_is_cleaned_and_ends_as_the_content_is_B9(desk: Scene) -> None:
    """B64."""
    maria, ana, chat = await chatting(desk)
    await attach(maria, chat, name="../../\u202egnp.exe")

    (shown,) = [event["data"] for event in ana.told("event") if event["type"] == "Attached"]
    assert shown["filename"] == "gnp.exe.png"
    assert all("exe" not in key for key in kept(desk))


async def test_without_the_sites_word_nothing_is_taken_A66(scene: Scene) -> None:
    maria, ana, chat = await chatting(scene)
    assert maria.welcome["site"]["attachments"] is None
    for one in (maria, ana):
        told = await refusal(one, "conversation.attach", stream=chat, name="x", size=1)
        assert told["code"] == "unavailable"


async def test_a_desk_without_a_place_for_files_says_so(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    desk.desk.files = None

    told = await refusal(maria, "conversation.attach", stream=chat, name="x", size=1)
    assert told["code"] == "unavailable"
    assert (await desk.staff("ben")).welcome["attachments"] is None


# --- repeats, crashes, deadlines -----------------------------------------------------------------


async def test_a_repeat_gets_the_first_ones_answer_G3(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    told = {"stream": chat, "name": "shoes.png", "size": len(PICTURE), "id": "command-x1"}
    first, again = [await maria.do("conversation.attach", **told) for _ in range(2)]
    assert first == again

    await send(maria, chat, first["file"])
    repeated = await send(maria, chat, first["file"])

    assert repeated["seq"] == 0
    assert (await types(desk, chat)).count("Attached") == 1


async def test_a_file_comes_once_at_a_time(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    file = await announce(maria, chat)
    begun, go_on = anyio.Event(), anyio.Event()

    async def slow() -> AsyncGenerator[bytes, None]:
        yield PICTURE[:100]
        begun.set()
        await go_on.wait()
        yield PICTURE[100:]

    async with anyio.create_task_group() as group:

        async def upload() -> None:
            async with aclosing(slow()) as chunks:
                await maria.session.upload(chat.partition("/")[2], file, chunks)

        group.start_soon(upload)
        await begun.wait()
        assert await code(send(maria, chat, file)) == "upload_running"
        go_on.set()
    assert kept(desk) == {file: PICTURE}


async def test_a_file_that_never_comes_is_forgotten_F44(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    await announce(maria, chat)

    await desk.wait(600 + UPLOAD_GRACE / SECOND + 10)

    assert (await types(desk, chat)).count("UploadLapsed") == 1
    state: conversation.State = await desk.desk.view(chat)
    assert state.uploads == ()


async def test_a_process_that_dies_before_it_is_recorded_leaves_no_file_F44(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: kept, but not attached; the ticket is recorded, so it is found and removed."""
    maria, _, chat = await chatting(desk)
    file = await announce(maria, chat)

    async def die(*_: object) -> None:
        raise StoreError

    monkeypatch.setattr(desk.desk, "dispatch", die)
    assert await code(send(maria, chat, file)) == "store_failed"
    assert list(kept(desk)) == [file]
    await desk.restart()

    back = await desk.visitor(token=maria.welcome["token"])
    assert await code(get(back, chat, file)) == "not_found"
    assert await code(send(back, chat, file)) == "upload_over"
    await desk.wait(600 + UPLOAD_GRACE / SECOND + 10)
    assert kept(desk) == {}
    assert (await types(desk, chat)).count("UploadLapsed") == 1


async def test_also_when_the_chat_is_over_by_then_F44(desk: Scene) -> None:
    maria, ana, chat = await chatting(desk)
    file = await announce(maria, chat)
    kept(desk)[file] = b"half recorded"
    await ana.do("conversation.close", stream=chat)

    await desk.wait(600 + UPLOAD_GRACE / SECOND + 20)

    assert kept(desk) == {}


async def test_what_cannot_be_removed_is_tried_again_and_stops_nothing(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    file = await announce(maria, chat)
    kept(desk)[file] = b"x"
    real, desk.outside.files.delete = desk.outside.files.delete, _broken  # type: ignore[method-assign]
    await desk.wait(600 + UPLOAD_GRACE / SECOND + 30)
    assert "UploadLapsed" not in await types(desk, chat)
    assert "Quieted" in await types(desk, chat)

    desk.outside.files.delete = real  # type: ignore[method-assign]
    await desk.wait(20)

    assert kept(desk) == {}
    assert (await types(desk, chat)).count("UploadLapsed") == 1


async def _broken(_: str) -> None:
    raise StoreError("file_failed")


async def test_a_slow_upload_ends_when_its_time_is_over_A66(desk: Scene) -> None:
    """So that nothing comes after it was removed."""
    maria, _, chat = await chatting(desk)
    file = await announce(maria, chat)

    async def slow() -> AsyncGenerator[bytes, None]:
        yield PICTURE[:100]
        desk.clock.advance(600 * SECOND)
        yield PICTURE[100:]

    async with aclosing(slow()) as chunks:
        wanted = maria.session.upload(chat.partition("/")[2], file, chunks)
        assert await code(wanted) == "upload_over"
    assert kept(desk) == {}


async def test_another_process_may_take_the_file(desk: Scene) -> None:
    """G21: what was announced there a moment ago is looked up here."""
    maria, _, chat = await chatting(desk)
    beside = await desk.beside()
    there = await beside.visitor(token=maria.welcome["token"])
    await beside.desk.view(chat)
    file = await announce(maria, chat)

    await send(there, chat, file)

    assert await get(maria, chat, file) == PICTURE


# --- erasure -------------------------------------------------------------------------------------


async def test_erasure_takes_the_files_too_A79(desk: Scene) -> None:
    maria, ana, chat = await chatting(desk)
    file = await attach(maria, chat, name=f"{MARK}.png")
    unfinished = await announce(maria, chat, name=f"{MARK}.png")
    kept(desk)[unfinished] = b"half"

    await desk.desk.forget([chat])

    assert kept(desk) == {}
    assert await code(get(ana, chat, file)) == "not_found"
    assert not any(MARK.encode() in row.data for row in await desk.store.feed(0))
    await desk.desk.forget([chat])


async def test_what_cannot_be_removed_is_not_erased_by_halves_A79(desk: Scene) -> None:
    maria, _, chat = await chatting(desk)
    await attach(maria, chat, name=f"{MARK}.png")
    files, desk.desk.files = desk.desk.files, None

    assert await code(desk.desk.forget([chat])) == "files_out_of_reach"
    assert any(MARK.encode() in row.data for row in await desk.store.feed(0))

    desk.desk.files = files
    await desk.desk.forget([chat])
    assert kept(desk) == {}
