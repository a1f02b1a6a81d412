"""The desk for programs that wait, with real threads and real forks."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from livechat_core import (
    Ack,
    BlockingDesk,
    ConfigurationError,
    Desk,
    NotFound,
    Plugins,
    Rejected,
    Service,
    settings,
    visit,
)

TABLES = {
    "desk": {"store": "sqlite:///chat.db"},
    "sites": {"shop": {"name": "Shop"}},
    "staff": {"ana": {"name": "Ana"}},
    "erm": {"path": "erm.db"},
}
PAGE = visit.Page(site="shop", url="https://shop.example/", title="Shop")
ALONE = "ignore:This process .* is multi-threaded:DeprecationWarning"


def making(folder: Path) -> Callable[[], Desk]:
    return lambda: Desk(settings.from_tables(TABLES, base=folder), Plugins(entry_points=False))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[BlockingDesk]:
    with BlockingDesk(making(tmp_path)) as desk:
        yield desk


def threads() -> list[threading.Thread]:
    """Return the threads in which desks are at work."""
    return [thread for thread in threading.enumerate() if thread.name == "livechat-desk"]


def arrive(desk: BlockingDesk, name: str) -> Ack:
    return desk.dispatch(f"visit/{name}", visit.Arrive(page=PAGE))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_it_does_what_a_desk_does(tmp_path: Path, backend: str) -> None:
    with BlockingDesk(making(tmp_path), backend) as desk:
        ack = arrive(desk, "one")
        assert (ack.stream, ack.seq) == ("visit/one", 1)
        assert desk.view("visit/one").pages[-1].url == PAGE.url
        (recorded, event), *_ = desk.history("visit/one")
        assert (recorded.version, type(event)) == (1, visit.Arrived)
        assert desk.history("visit/one", after=recorded.version) == []
        assert desk.availability("shop")["state"] == "offline"


def test_a_refusal_comes_back_as_it_is(desk: BlockingDesk) -> None:
    with pytest.raises((NotFound, Rejected)):
        desk.dispatch("visit/none", visit.View(pages=(PAGE,)))


def test_threads_share_one_loop(desk: BlockingDesk) -> None:
    with ThreadPoolExecutor(8) as pool:
        acks = list(pool.map(lambda number: arrive(desk, f"v{number}"), range(64)))

    assert {ack.seq for ack in acks} == {1}
    assert len({ack.number for ack in acks}) == 64
    assert len(threads()) == 1


def test_a_repeat_from_another_thread_changes_nothing(desk: BlockingDesk) -> None:
    """G3: the same client-made id, many times at once."""
    command = visit.Arrive(page=PAGE)
    with ThreadPoolExecutor(8) as pool:
        acks = list(pool.map(lambda _: desk.dispatch("visit/a", command, "same-id-1"), range(16)))

    assert {ack.seq for ack in acks} == {1}
    assert len(desk.history("visit/a")) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings(ALONE)
@pytest.mark.parametrize("used_before", [True, False])
def test_each_process_has_its_own_after_a_fork(
    desk: BlockingDesk,
    used_before: bool,  # noqa: FBT001
) -> None:
    if used_before:
        arrive(desk, "parent")
    child = os.fork()
    if child == 0:
        os._exit(_in_child(lambda: arrive(desk, "child")))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert desk.history("visit/child")
    assert arrive(desk, "later").seq == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings(ALONE)
def test_a_fork_while_another_thread_calls_does_not_hang(desk: BlockingDesk) -> None:
    with desk._lock:
        child = os.fork()
        if child == 0:
            os._exit(_in_child(lambda: arrive(desk, "child")))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _in_child(work: Callable[[], object]) -> int:
    """Do the work in a forked child and return its exit status; never comes back to pytest."""
    threading.Timer(20, os._exit, [3]).start()
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
        return 1
    return 0


def test_a_closed_desk_stays_closed(tmp_path: Path) -> None:
    desk = BlockingDesk(making(tmp_path))
    arrive(desk, "one")
    desk.close()
    desk.close()

    assert threads() == []
    with pytest.raises(ConfigurationError, match="desk_closed"):
        arrive(desk, "two")


def test_a_start_that_fails_leaves_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    folder.write_text("in the way")
    with BlockingDesk(making(folder)) as desk:
        with pytest.raises(ConfigurationError):
            arrive(desk, "one")
        assert threads() == []

        folder.unlink()
        folder.mkdir()
        assert arrive(desk, "one").seq == 1


def test_a_desk_that_has_died_is_started_again(
    desk: BlockingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(desk, "one")
    (thread,) = threads()

    async def die(service: Service) -> None:
        async def fail() -> None:
            raise OSError("disk")

        service.spawn(fail)

    desk._call(die)
    thread.join(10)
    assert "the desk has stopped" in caplog.text
    assert arrive(desk, "two").seq == 1
    assert desk.history("visit/one")


START = """
import os, sys
from pathlib import Path
from tests.test_blocking import BlockingDesk, arrive, making
desk = BlockingDesk(making(Path(sys.argv[1])))
print(arrive(desk, "one").seq, flush=True)
"""
FORK = """
child = os.fork()
if child == 0:
    {}
    sys.exit()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize(
    ("program", "written"),
    [
        (START, "1\n"),
        (START + FORK.format("pass"), "1\n0\n"),
        (START + FORK.format("print(arrive(desk, 'two').seq)"), "1\n1\n0\n"),
    ],
)
def test_a_program_that_forgets_to_close_ends_all_the_same(
    tmp_path: Path, program: str, written: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, written, "")
