"""What every adapter to customers' records promises, as tests.

Subclass `RecordsContract` and return your shelf::

class TestMyRecords(RecordsContract):
    @pytest.fixture
    async def shelf(self, my_server):
        customer = await my_server.add(CUSTOMER)
        return Shelf(MyRecords(my_server.address), customer=customer)
"""

import anyio
import attrs
import pytest

from livechat_core.errors import DeliveryError
from livechat_core.ports import Correction, CustomerRecords, Record, Repeat

KINDS = {"contact", "account", "asset", "work_order"}
HARD = "It's \"50 %\" off?\n<b>&amp; ' OR 1=1; -- \\ {{x}} \U0001f984"
"""A value that is kept letter by letter."""


@attrs.frozen
class Shelf:
    """Records under test.

    Args:
        records: The adapter.
        customer: Ref of a customer who has an account, an asset and a work order on it, and at
            least one field that an agent may change.
        other: Ref of another customer with an asset of his own.
    """

    records: CustomerRecords
    customer: str
    other: str


@pytest.mark.anyio
class RecordsContract:
    """The promises of `CustomerRecords`; override the fixture `shelf`."""

    @pytest.fixture
    def shelf(self) -> Shelf:
        """Return records with two customers."""
        raise NotImplementedError("override the fixture `shelf`")

    async def test_it_has_a_name_for_the_settings(self, shelf: Shelf) -> None:
        """One word, to be chosen by."""
        assert shelf.records.name.isidentifier()

    async def test_a_change_may_always_be_repeated(self, shelf: Shelf) -> None:
        """G13: it names what it replaces."""
        assert shelf.records.repeat is Repeat.SAFE

    async def test_all_four_kinds_are_shown_below_the_contact(self, shelf: Shelf) -> None:
        """S2-11, S2-12: every one with a title and a ref of its own."""
        tree = await _open(shelf)
        records = [*tree.walk()]
        assert tree.kind == "contact"
        assert {record.kind for record in records} >= KINDS
        assert all(record.title and record.ref.startswith(record.kind) for record in records)
        assert len({record.ref for record in records}) == len(records)

    @pytest.mark.parametrize("customer", ["987654321", "no such", "", "1 OR 1=1", "'"])
    async def test_an_unknown_customer_has_no_records(self, shelf: Shelf, customer: str) -> None:
        """A5, A52: and asking for him is no error."""
        assert await shelf.records.open(customer) is None

    async def test_a_field_is_changed(self, shelf: Shelf) -> None:
        """S2-13: letter by letter, and nothing else."""
        wanted = await _editable(shelf, HARD)
        before = _values(await _open(shelf))
        await shelf.records.change(shelf.customer, wanted, "k")
        after = _values(await _open(shelf))
        place = wanted.record, wanted.field
        assert after == {**before, place: HARD}

    async def test_what_somebody_else_has_changed_is_never_overwritten(self, shelf: Shelf) -> None:
        """S2-13: compare and set."""
        wanted = await _editable(shelf, "mine")
        theirs = attrs.evolve(wanted, value="theirs")
        await shelf.records.change(shelf.customer, theirs, "k1")
        assert await _refused(shelf, wanted, "k2") == "changed"
        assert _values(await _open(shelf))[wanted.record, wanted.field] == "theirs"

    async def test_a_repeat_is_done_and_changes_nothing(self, shelf: Shelf) -> None:
        """G13: with the same key, and when the value stands there already."""
        wanted = await _editable(shelf, "new")
        for key in ("k1", "k1", "k2"):
            await shelf.records.change(shelf.customer, wanted, key)
        assert _values(await _open(shelf))[wanted.record, wanted.field] == "new"

    async def test_of_two_changes_at_once_one_is_made(self, shelf: Shelf) -> None:
        """S2-13, G13."""
        wanted = await _editable(shelf, "")
        refused: list[str] = []

        async def one(number: int) -> None:
            mine = attrs.evolve(wanted, value=f"value {number}")
            refused.append(await _refused(shelf, mine, f"k{number}"))

        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(one, number)
        assert sorted(refused) == ["", *["changed"] * 4]

    async def test_records_of_somebody_else_cannot_be_named(self, shelf: Shelf) -> None:
        """A12."""
        theirs = await shelf.records.open(shelf.other)
        assert theirs is not None
        own = [theirs, *(one for one in theirs.children if one.kind == "asset")]
        assert len(own) > 1
        for record in own:
            for detail in record.details:
                wanted = Correction(
                    record=record.ref, field=detail.name, former=detail.value, value="stolen"
                )
                assert await _refused(shelf, wanted, "k") in ("no_such_record", "not_editable")
        assert await shelf.records.open(shelf.other) == theirs

    @pytest.mark.parametrize("field", ["", "id", "no_such", "name = 'x' --"])
    async def test_only_what_is_shown_as_editable_can_be_changed(
        self, shelf: Shelf, field: str
    ) -> None:
        """A14, A52."""
        wanted = attrs.evolve(await _editable(shelf, "x"), field=field, former="")
        assert await _refused(shelf, wanted, "k") == "not_editable"

    @pytest.mark.parametrize("record", ["", "asset/", "asset/987654321", "desk/1", "asset/1 OR 1"])
    async def test_a_record_that_is_not_there_cannot_be_changed(
        self, shelf: Shelf, record: str
    ) -> None:
        """It may have been removed while the agent looked at it."""
        wanted = attrs.evolve(await _editable(shelf, "x"), record=record)
        assert await _refused(shelf, wanted, "k") == "no_such_record"

    async def test_what_is_not_editable_is_refused(self, shelf: Shelf) -> None:
        """S2-13: front ends grey it out, the adapter holds to it."""
        tree = await _open(shelf)
        for record in tree.walk():
            for detail in record.details:
                wanted = Correction(
                    record=record.ref, field=detail.name, former=detail.value, value="x"
                )
                if not detail.editable:
                    refused = await _refused(shelf, wanted, "k")
                    assert refused in ("not_editable", "no_such_record"), wanted


async def _open(shelf: Shelf) -> Record:
    tree = await shelf.records.open(shelf.customer)
    assert tree is not None
    return tree


async def _editable(shelf: Shelf, value: str) -> Correction:
    """Return a change of the first field that may be changed."""
    for record in (await _open(shelf)).walk():
        for detail in record.details:
            if detail.editable:
                return Correction(
                    record=record.ref, field=detail.name, former=detail.value, value=value
                )
    raise AssertionError("nothing may be changed")


def _values(tree: Record) -> dict[tuple[str, str], str]:
    return {
        (record.ref, detail.name): detail.value
        for record in tree.walk()
        for detail in record.details
    }


async def _refused(shelf: Shelf, wanted: Correction, key: str) -> str:
    """Try a change and return the code of its refusal; it must be final and sure."""
    try:
        await shelf.records.change(shelf.customer, wanted, key)
    except DeliveryError as error:
        refused = error
    else:
        return ""
    assert refused.permanent
    assert not refused.unknown
    return refused.code
