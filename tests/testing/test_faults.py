"""The planned faults do what they say, and only once each."""

from pathlib import Path

import anyio
import pytest

from livechat_core.backends.erm_sqlite import EmbeddedErm
from livechat_core.errors import DeliveryError
from livechat_core.ports import Draft, FollowUp, Mail, Notice, Repeat
from livechat_core.testing import (
    NOTICE,
    FakeClock,
    Fault,
    FaultyErm,
    FaultyMailer,
    FaultyNotifier,
    Script,
)
from livechat_core.testing.faults import RETRY_AFTER

pytestmark = pytest.mark.anyio

MAIL = Mail(key="k", to="a@b.example", sender="s@d.example", subject="S", text="T")


@pytest.fixture
def inner(tmp_path: Path) -> EmbeddedErm:
    return EmbeddedErm(tmp_path / "erm.sqlite3", FakeClock())


@pytest.mark.parametrize(
    ("fault", "done", "known"),
    [
        (Fault.BEFORE, 0, {}),
        (Fault.AFTER, 1, {"unknown": True}),
        (Fault.TIMEOUT, 1, {"unknown": True}),
        (Fault.PERMANENT, 0, {"permanent": True}),
        (Fault.RATE_LIMIT, 0, {"retry_after": RETRY_AFTER}),
    ],
)
async def test_a_planned_call_fails_so_and_the_next_one_works(
    inner: EmbeddedErm, fault: Fault, done: int, known: dict[str, object]
) -> None:
    script = Script()
    erm = FaultyErm(inner, script)
    script.plan("create", fault)
    with pytest.raises(DeliveryError) as caught:
        await erm.create(Draft(name="A", email="a@b.example"), "k")
    nothing_known = {"unknown": False, "permanent": False, "retry_after": None}
    assert {name: getattr(caught.value, name) for name in nothing_known} == nothing_known | known
    assert len(await inner.search("a@b.example")) == done
    await erm.create(Draft(name="A", email="a@b.example"), "k")
    assert (script.asked["create"], script.done["create"]) == (2, 1 + done)
    assert script.left == 0


async def test_calls_are_planned_by_name_and_in_order(inner: EmbeddedErm) -> None:
    script = Script()
    erm = FaultyErm(inner, script)
    script.plan("search", None, Fault.BEFORE)
    assert await erm.search("a@b.example") == []
    ref = (await erm.create(Draft(name="A", email="a@b.example"), "k")).ref
    note = await erm.add_history(ref, "t", "ana", "n")
    assert await erm.find("note", "n") == note
    assert await erm.schedule(ref, FollowUp(title="t", due_at=1, assignee="ana"), "t")
    assert script.left == 1
    with pytest.raises(DeliveryError):
        await erm.search("a@b.example")


async def test_a_timeout_takes_its_time(inner: EmbeddedErm) -> None:
    clock = FakeClock()
    script = Script(clock=clock)
    script.plan("search", Fault.TIMEOUT)
    ended: list[int] = []

    async def call() -> None:
        with pytest.raises(DeliveryError):
            await FaultyErm(inner, script).search("a@b.example")
        ended.append(clock.now())

    start = clock.now()
    async with anyio.create_task_group() as group:
        group.start_soon(call)
        while not script.done["search"]:  # noqa: ASYNC110 - nobody tells
            await anyio.sleep(0.001)
        clock.advance(script.patience - 1)
        await anyio.sleep(0.01)
        assert ended == []
        clock.advance(1)
    assert ended == [start + script.patience]


class Mailbox:
    """A mailer that only remembers."""

    name = "mailbox"
    repeat = Repeat.ASK

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, mail: Mail) -> str:
        self.sent.append(mail.key)
        return f"<{len(self.sent)}>"


class Recorder:
    """A notifier that only remembers."""

    name = "recorder"
    repeat = Repeat.PROBE

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def send(self, notice: Notice) -> dict[str, str]:
        self.seen.append(notice.key)
        return {"n": str(len(self.seen))}

    async def update(self, notice: Notice) -> dict[str, str]:
        return notice.place

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        return {} if notice.key in self.seen else None


async def test_notifiers_can_fail_too() -> None:
    inner, script = Recorder(), Script()
    notifier = FaultyNotifier(inner, script)
    assert (notifier.name, notifier.repeat) == ("recorder", Repeat.PROBE)
    script.plan("send", Fault.AFTER)
    script.plan("probe", Fault.BEFORE)
    with pytest.raises(DeliveryError):
        await notifier.send(NOTICE)
    with pytest.raises(DeliveryError):
        await notifier.probe(NOTICE)
    assert await notifier.probe(NOTICE) == {}
    assert await notifier.update(NOTICE) == {}
    assert inner.seen == [NOTICE.key]


async def test_mailers_can_fail_too() -> None:
    inner, script = Mailbox(), Script()
    mailer = FaultyMailer(inner, script)
    assert (mailer.name, mailer.repeat) == ("mailbox", Repeat.ASK)
    script.plan("send", Fault.BEFORE, Fault.AFTER)
    for sent in ([], ["k"]):
        with pytest.raises(DeliveryError) as caught:
            await mailer.send(MAIL)
        assert caught.value.unknown == bool(sent)
        assert inner.sent == sent
    assert await mailer.send(MAIL) == "<2>"
