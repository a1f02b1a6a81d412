"""The embedded ERM on real files: the contract on all three levels, its schema, its file."""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest

from livechat_core.backends.erm_sqlite import EmbeddedErm, livechat_erm
from livechat_core.errors import ConfigurationError, DeliveryError
from livechat_core.ports import Customer, Draft, Erm, FollowUp, Repeat
from livechat_core.settings import Settings
from livechat_core.testing import Books, ErmContract, FakeClock, KeylessErm

TABLES = {
    "account": "id name number terms created_at key",
    "asset": "id customer_id name serial status created_at key",
    "customer": "id name phone company location created_at key account_id",
    "customer_email": "customer_id email normalized",
    "customer_value": "customer_id name value",
    "history_note": "id customer_id text author created_at key",
    "record_change": "key customer_id record field former value made_at",
    "task": "id customer_id title due_at assignee done_at created_at key",
    "work_order": "id asset_id title status remark created_at key",
}
NOW = 1_700_000_000_000_000


def rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query, values).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "erm.sqlite3"


@pytest.fixture
def erm(path: Path) -> EmbeddedErm:
    return EmbeddedErm(path, FakeClock(NOW))


def books(erm: EmbeddedErm, adapter: Erm) -> Books:
    def column(table: str, name: str, ref: str) -> Sequence[str]:
        query = f"SELECT {name} FROM {table} WHERE customer_id = ? ORDER BY id"  # noqa: S608
        return [value for (value,) in rows(erm.path, query, ref)]

    async def share(email: str, count: int) -> None:
        await erm.seed(
            Customer(ref=f"{email} {n}", name=f"N{n}", emails=(email,)) for n in range(count)
        )

    return Books(
        adapter,
        notes=lambda ref: column("history_note", "text", ref),
        tasks=lambda ref: column("task", "title", ref),
        share=share,
    )


class TestEmbedded(ErmContract):
    @pytest.fixture
    def books(self, erm: EmbeddedErm) -> Books:
        return books(erm, erm)


class TestWithoutKeys(ErmContract):
    """Level L1: an entry is found by its reference line."""

    @pytest.fixture
    def books(self, erm: EmbeddedErm) -> Books:
        return books(erm, KeylessErm(erm, Repeat.PROBE))


class TestWithoutKeysAndSearch(ErmContract):
    """Level L0: a person is asked."""

    @pytest.fixture
    def books(self, erm: EmbeddedErm) -> Books:
        return books(erm, KeylessErm(erm, Repeat.ASK))


@pytest.mark.anyio
async def test_without_keys_a_repeat_writes_twice(erm: EmbeddedErm) -> None:
    """The test double must have the fault that the levels are about (G13)."""
    keyless = KeylessErm(erm, Repeat.PROBE)
    ref = (await keyless.create(Draft(name="A", email="a@b.example"), "k")).ref
    assert await keyless.add_history(ref, "t\nRef 1", "ana", "n") != await keyless.add_history(
        ref, "t\nRef 1", "ana", "n"
    )


@pytest.mark.anyio
async def test_everything_is_kept_as_it_was_given(erm: EmbeddedErm) -> None:
    """S0-16, S0-20, S0-22: the viewer reads these columns."""
    draft = Draft(name="Zoë", email=" Zoe@B.example ", phone="1", company="C", location="L")
    ref = (await erm.create(draft, "c")).ref
    note = await erm.add_history(ref, "text", "ana", "n")
    task = await erm.schedule(ref, FollowUp(title="Call", due_at=NOW + 5, assignee="ben"), "t")
    number = int(ref)
    assert rows(erm.path, "SELECT * FROM customer") == [
        (number, "Zoë", "1", "C", "L", NOW, "c", None)
    ]
    assert rows(erm.path, "SELECT * FROM customer_email") == [
        (number, "Zoe@B.example", "zoe@b.example")
    ]
    assert rows(erm.path, "SELECT * FROM history_note") == [
        (int(note), number, "text", "ana", NOW, "n")
    ]
    assert rows(erm.path, "SELECT * FROM task") == [
        (int(task), number, "Call", NOW + 5, "ben", None, NOW, "t")
    ]


@pytest.mark.anyio
async def test_a_customer_without_address_is_made_once_per_key(erm: EmbeddedErm) -> None:
    """S0-22: missing details do not block creation, and nobody without address is somebody else."""
    one, two, again = [await erm.create(Draft(name="A", email=""), key) for key in "kjk"]
    assert one == again != two
    assert list(await erm.search("")) == []


@pytest.mark.anyio
async def test_seeding_again_changes_nothing(erm: EmbeddedErm) -> None:
    known = [
        Customer(ref="1", name="A", emails=("a@b.example", "A2@b.example"), company="C"),
        Customer(ref="2", name="B", emails=("a@b.example",)),
    ]
    await erm.seed(known)
    await erm.seed(known)
    found = await erm.search("A@B.example")
    assert [attrs.evolve(one, ref=str(n)) for n, one in enumerate(found, 1)] == known
    assert [one.name for one in await erm.search("a2@b.example")] == ["A"]


@pytest.mark.parametrize("table", TABLES)
def test_the_schema_is_the_agreed_one(erm: EmbeddedErm, table: str) -> None:
    columns = rows(erm.path, "SELECT name FROM pragma_table_info(?)", table)
    assert " ".join(name for (name,) in columns) == TABLES[table]


def test_the_file_is_safe_and_private(erm: EmbeddedErm) -> None:
    """A81."""
    assert rows(erm.path, "PRAGMA journal_mode") == [("wal",)]
    assert erm.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.anyio
async def test_a_new_object_goes_on_with_the_file(erm: EmbeddedErm) -> None:
    made = await erm.create(Draft(name="A", email="a@b.example"), "k")
    assert await EmbeddedErm(erm.path, FakeClock()).search("a@b.example") == [made]


def test_a_newer_file_is_refused(erm: EmbeddedErm) -> None:
    with closing(sqlite3.connect(erm.path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigurationError, match="newer_schema"):
        EmbeddedErm(erm.path, FakeClock())


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE customer(id)")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="not_an_erm_file"):
        EmbeddedErm(path, FakeClock())
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("no database, but long enough to be read as one" * 100)
    with pytest.raises(ConfigurationError, match="erm_unusable"):
        EmbeddedErm(path, FakeClock())


@pytest.mark.anyio
async def test_a_locked_file_is_reported_as_not_done(
    erm: EmbeddedErm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat_core.backends.erm_sqlite.file.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(erm.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DeliveryError) as caught:
            await erm.create(Draft(name="A", email="a@b.example"), "k")
    assert (caught.value.unknown, caught.value.permanent) == (False, False)
    assert await erm.search("a@b.example") == []


CREATE = """
import anyio, sys
from pathlib import Path
from livechat_core.backends.erm_sqlite import EmbeddedErm
from livechat_core.clock import SystemClock
from livechat_core.ports import Draft

async def main():
    print("started", flush=True)
    sys.stdin.readline()
    erm = EmbeddedErm(Path(sys.argv[1]), SystemClock())
    for n in range(20):
        found = await erm.create(Draft(name="A", email=f"n{n}@b.example"), f"{sys.argv[2]} {n}")
        print(found.ref)

anyio.run(main)
"""


def test_processes_that_start_together_create_each_customer_once(path: Path) -> None:
    """G13, G20: schema and customers, with nothing there yet."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CREATE, str(path), str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[0].split() for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert len({tuple(refs) for refs in told}) == 1
    assert rows(path, "SELECT count(*) FROM customer") == [(20,)]


@pytest.mark.anyio
async def test_a_cancelled_call_leaves_all_or_nothing(erm: EmbeddedErm) -> None:
    ref = (await erm.create(Draft(name="A", email="a@b.example"), "k")).ref
    with anyio.move_on_after(0):
        await erm.add_history(ref, "text", "ana", "n")
    found = await erm.find("note", "n")
    assert len(rows(erm.path, "SELECT * FROM history_note")) == (0 if found is None else 1)


class TestSettings:
    def test_it_is_the_default_and_lies_in_the_data_folder(self, tmp_path: Path) -> None:
        settings = Settings(store="sqlite:///chat.db", data=tmp_path)
        made = livechat_erm(settings, FakeClock())
        assert isinstance(made, EmbeddedErm)
        assert made.path == tmp_path / "erm.sqlite3"

    def test_a_desk_that_keeps_nothing_has_no_erm_unless_it_names_one(self, tmp_path: Path) -> None:
        assert livechat_erm(Settings(data=tmp_path), FakeClock()) is None
        assert list(tmp_path.iterdir()) == []

    def test_another_path(self, tmp_path: Path) -> None:
        settings = Settings(data=tmp_path, sections={"erm": {"path": "deep/er/books.db"}})
        made = livechat_erm(settings, FakeClock())
        assert isinstance(made, EmbeddedErm)
        assert made.path.exists()

    def test_another_adapter_is_left_to_its_plugin(self, tmp_path: Path) -> None:
        sections = {"erm": {"adapter": "odoo", "url": "http://erm.example"}}
        assert livechat_erm(Settings(data=tmp_path, sections=sections), FakeClock()) is None

    @pytest.mark.parametrize("table", [{"paht": "x"}, {"path": 3}, {"path": ""}])
    def test_a_wrong_key_is_named(self, tmp_path: Path, table: dict[str, object]) -> None:
        (key,) = table
        with pytest.raises(ConfigurationError, match=key):
            livechat_erm(Settings(data=tmp_path, sections={"erm": table}), FakeClock())
