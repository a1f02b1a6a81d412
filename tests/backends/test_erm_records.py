"""Records of customers, on real files and in memory: the contract, and how they are put in."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core.backends.erm_sqlite import EmbeddedErm, livechat_records
from livechat_core.errors import DeliveryError
from livechat_core.ports import Correction, Customer, Detail, Record
from livechat_core.settings import Settings
from livechat_core.testing import FakeClock, RecordsContract, Shelf
from livechat_core.testing.adapters import MemoryRecords

pytestmark = pytest.mark.anyio

NOW = 1_700_000_000_000_000


def record(ref: str, title: str, *children: Record, **values: str) -> Record:
    details = tuple(
        Detail(name=name, title=name, value=value, editable=True) for name, value in values.items()
    )
    kind = ref.partition("/")[0]
    return Record(ref=ref, kind=kind, title=title, details=details, children=children)


ACCOUNT = record("account/1", "Li & Daughters", number="A-17", terms="30 days")
ORDER = record("work_order/1", "Repair the pedal", status="open")
DRUM = record("asset/1", "Drum kit", ORDER, serial="D-1", status="fine")
CYMBAL = record("asset/2", "Cymbal", serial="C-1")


@pytest.fixture
def erm(tmp_path: Path) -> EmbeddedErm:
    return EmbeddedErm(tmp_path / "erm.sqlite3", FakeClock(NOW))


async def furnished(erm: EmbeddedErm) -> Shelf:
    """Put two customers in who share an account."""
    people = [
        Customer(ref=name, name=name, emails=(f"{name}@c.example",)) for name in ("zoe", "max")
    ]
    await erm.seed(people)
    (zoe,), (max_,) = [await erm.search(one.emails[0]) for one in people]
    await erm.furnish(zoe.ref, (ACCOUNT, DRUM))
    await erm.furnish(max_.ref, (ACCOUNT, CYMBAL))
    return Shelf(erm, customer=zoe.ref, other=max_.ref)


class TestEmbedded(RecordsContract):
    @pytest.fixture
    async def shelf(self, erm: EmbeddedErm) -> Shelf:
        return await furnished(erm)


class TestInMemory(RecordsContract):
    @pytest.fixture
    def shelf(self) -> Shelf:
        account = attrs.evolve(
            ACCOUNT, details=tuple(attrs.evolve(one, editable=False) for one in ACCOUNT.details)
        )
        mine = record("contact/1", "Zoe", account, DRUM, phone="1")
        theirs = record("contact/2", "Max", CYMBAL, phone="2")
        return Shelf(MemoryRecords({"1": mine, "2": theirs}), customer="1", other="2")


async def test_everything_is_shown_where_it_belongs(erm: EmbeddedErm) -> None:
    """S2-12: colleagues below the account, work orders below their asset."""
    shelf = await furnished(erm)
    tree = await erm.open(shelf.customer)
    assert tree is not None

    def outline(one: Record) -> Any:
        return [f"{one.kind} {one.title}", *map(outline, one.children)]

    assert outline(tree) == [
        "contact zoe",
        ["account Li & Daughters", ["contact max"]],
        ["asset Drum kit", ["work_order Repair the pedal"]],
    ]
    told = {detail.name: detail.value for detail in tree.details}
    assert told["email"] == "zoe@c.example"


async def test_values_of_the_company_are_shown_with_the_contact(erm: EmbeddedErm) -> None:
    """F42, S4-10."""
    shelf = await furnished(erm)
    await erm.fill(shelf.customer, {"plan": "paid"}, "k")
    await erm.fill(shelf.customer, {"plan": "free"}, "k2")
    tree = await erm.open(shelf.customer)
    assert tree is not None
    assert [one.value for one in tree.details if one.name == "plan"] == ["paid"]


async def test_what_was_put_in_before_is_not_put_in_again(erm: EmbeddedErm) -> None:
    shelf = await furnished(erm)
    before = await erm.open(shelf.customer)
    await erm.furnish(shelf.customer, (ACCOUNT, DRUM))

    assert await erm.open(shelf.customer) == before


async def test_a_colleague_is_shown_but_not_changed_from_here(erm: EmbeddedErm) -> None:
    """S2-13: one customer's chat is no way to another one's record."""
    shelf = await furnished(erm)
    wanted = Correction(record=f"contact/{shelf.other}", field="name", former="max", value="x")
    with pytest.raises(DeliveryError) as refused:
        await erm.change(shelf.customer, wanted, "k")
    assert refused.value.code == "no_such_record"


async def test_every_change_from_a_chat_is_written_down(erm: EmbeddedErm) -> None:
    """G13: its key tells a repeat, and a person can read who asked for what."""
    shelf = await furnished(erm)
    wanted = Correction(record="asset/1", field="status", former="fine", value="broken")
    await erm.change(shelf.customer, wanted, "k")
    await erm.change(shelf.customer, attrs.evolve(wanted, former="broken", value="fine"), "k2")
    await erm.change(shelf.customer, wanted, "k")  # late, and done long ago

    with closing(sqlite3.connect(erm.path)) as db:
        rows = db.execute("SELECT key, former, value, made_at FROM record_change").fetchall()
        (status,) = db.execute("SELECT status FROM asset WHERE id = 1").fetchone()
    assert rows == [("k", "fine", "broken", NOW), ("k2", "broken", "fine", NOW)]
    assert status == "fine"


def test_the_records_are_those_of_the_embedded_erm(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    other = {"erm": {"adapter": "another"}}

    assert livechat_records(Settings(data=tmp_path), clock) is None
    assert livechat_records(Settings(data=tmp_path, sections=other), clock) is None
    found = livechat_records(Settings(data=tmp_path, store="sqlite:///chat.db"), clock)
    assert isinstance(found, EmbeddedErm)
