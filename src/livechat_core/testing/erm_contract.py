"""What every ERM adapter promises, as tests.

Subclass `ErmContract` and return your books::

class TestMyErm(ErmContract):
    @pytest.fixture
    def books(self, my_server):
        erm = MyErm(my_server.address)
        return Books(erm, notes=my_server.notes_of, tasks=my_server.tasks_of)
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, TypeVar

import anyio
import attrs
import pytest

from livechat_core.errors import DeliveryError
from livechat_core.ports import Customer, Draft, Erm, FollowUp, Repeat

T = TypeVar("T")

DRAFT = Draft(
    name="Zoë 李",
    email="Zoe.Li@Customer.example",
    phone="+351 21 000 0000",
    company="Li & Daughters",
    location="Lisbon, Portugal",
)
TEXT = """A new customer has left a message on live chat.
Name: Zoë 李 (not signed in)
Question:
> It's "50 %" off? <b>&amp; ' OR 1=1; -- \\ {{x}} \U0001f984
>
> \tindented, and a blank at the end:\x20
Ref 48211-k7qd2m"""
FOLLOW_UP = FollowUp(
    title="Call back. Ref 48211-k7qd2m", due_at=1_800_000_000_000_000, assignee="ana"
)
NOT_THE_SAME = (
    "oe.li@customer.example",
    "zoe.li@customer.exampl",
    "zoe_li@customer.example",
    "%@customer.example",
    "zoe.li@customer.example' OR '1'='1",
    "*",
    "",
)
"""Addresses that a search by pattern, or by a query made of text, would find (A5, A52)."""


@attrs.frozen
class Books:
    """An ERM under test, and how to look into it from outside.

    Args:
        erm: The adapter.
        notes: Returns the texts of a customer's history notes.
        tasks: Returns the titles of a customer's tasks.
        share: Puts so many customers with the same address in; none if that is not possible.
    """

    erm: Erm
    notes: Callable[[str], Sequence[str]]
    tasks: Callable[[str], Sequence[str]]
    share: Callable[[str, int], Awaitable[None]] | None = None


@pytest.mark.anyio
class ErmContract:
    """The promises of `Erm`; override the fixture `books`."""

    creates_atomically: ClassVar[bool] = True
    """Whether two creations at the same moment end in one customer; false where the ERM itself
    allows doubles, so that only the desk's guard prevents them."""

    @pytest.fixture
    def books(self) -> Books:
        """Return the ERM under test, without customers."""
        raise NotImplementedError("override the fixture `books`")

    def test_it_has_a_name_for_the_settings(self, books: Books) -> None:
        """One word, to be chosen by."""
        assert books.erm.name.isidentifier()

    def test_it_says_what_an_unknown_outcome_allows(self, books: Books) -> None:
        """G13: without it a lost answer could not be settled."""
        assert books.erm.repeat in set(Repeat)

    async def test_an_unknown_address_finds_nobody(self, books: Books) -> None:
        """S0-15, S0-21."""
        assert list(await books.erm.search("nobody@customer.example")) == []

    async def test_a_customer_is_found_whatever_case_and_blanks(self, books: Books) -> None:
        """S0-15, S0-27."""
        made = await books.erm.create(DRAFT, "k")
        for address in (DRAFT.email, "zoe.li@customer.example", " ZOE.LI@CUSTOMER.EXAMPLE "):
            assert [found.ref for found in await books.erm.search(address)] == [made.ref]

    @pytest.mark.parametrize("address", NOT_THE_SAME)
    async def test_only_the_very_address_is_found(self, books: Books, address: str) -> None:
        """S0-27, A5, A52, B85."""
        await books.erm.create(DRAFT, "k")
        assert list(await books.erm.search(address)) == []

    async def test_several_customers_may_share_an_address(self, books: Books) -> None:
        """S0-27: more than one match is told, three at most are enough for that."""
        if books.share is None:
            pytest.skip("this ERM allows no two customers with one address")
        await books.share("shared@customer.example", 2)
        assert len(await books.erm.search("shared@customer.example")) == 2
        await books.share("crowd@customer.example", 5)
        crowd = await books.erm.search("crowd@customer.example")
        assert len({found.ref for found in crowd}) == len(crowd) == 3

    async def test_a_customer_is_created_with_all_that_is_known(self, books: Books) -> None:
        """S0-21, S0-22."""
        made = await books.erm.create(DRAFT, "k")
        (found,) = await books.erm.search(DRAFT.email)
        assert found == made == _filled(DRAFT, made.ref)

    async def test_missing_details_do_not_prevent_creation(self, books: Books) -> None:
        """S0-22."""
        made = await books.erm.create(Draft(name="Guest", email="g@customer.example"), "k")
        (found,) = await books.erm.search("g@customer.example")
        assert (found.ref, found.name, found.phone) == (made.ref, "Guest", "")

    async def test_an_address_that_is_there_is_not_created_again(self, books: Books) -> None:
        """G13; A20: what is stored stays as it is."""
        made = await books.erm.create(DRAFT, "k1")
        claim = Draft(name="Somebody else", email=DRAFT.email.upper(), phone="1")
        assert await books.erm.create(claim, "k2") == made
        assert list(await books.erm.search(DRAFT.email)) == [made]

    async def test_creations_at_the_same_moment_end_in_one_customer(self, books: Books) -> None:
        """G13: at most one contact per normalized address."""
        if not self.creates_atomically:
            pytest.skip("this ERM allows doubles; the desk's guard prevents them")
        found = await _at_once(lambda n: books.erm.create(DRAFT, f"k{n}"))
        assert len({customer.ref for customer in found}) == 1
        assert len(await books.erm.search(DRAFT.email)) == 1

    async def test_only_what_a_customer_lacks_is_filled_in(self, books: Books) -> None:
        """S4-10, A20: what stands there is never changed, however often it is tried."""
        draft = attrs.evolve(DRAFT, phone="", location="")
        made = await books.erm.create(draft, "k")
        told = {"name": "Somebody else", "email": "other@customer.example", "company": "Other"}
        for number in "112":
            values = {**told, "phone": f"+351 {number}", "location": ""}
            await books.erm.fill(made.ref, values, f"f{number}")
        (found,) = await books.erm.search(DRAFT.email)
        assert found == attrs.evolve(made, phone="+351 1")
        assert list(await books.erm.search("other@customer.example")) == []

    async def test_a_customer_without_address_can_be_given_one(self, books: Books) -> None:
        """S4-10; custom fields that an ERM does not know stop nothing."""
        made = await books.erm.create(Draft(name="Guest", email=""), "k")
        values = {"email": "Guest@customer.example", "shoe_size": "44"}
        await books.erm.fill(made.ref, values, "f")
        (found,) = await books.erm.search("guest@customer.example")
        assert (found.ref, found.name) == (made.ref, "Guest")

    async def test_a_note_has_exactly_the_text(self, books: Books) -> None:
        """S0-16, S0-17: byte for byte."""
        customer = await books.erm.create(DRAFT, "k")
        assert await books.erm.add_history(customer.ref, TEXT, "ana", "n")
        assert list(books.notes(customer.ref)) == [TEXT]

    async def test_a_task_is_saved(self, books: Books) -> None:
        """S0-20."""
        customer = await books.erm.create(DRAFT, "k")
        assert await books.erm.schedule(customer.ref, FOLLOW_UP, "t")
        assert list(books.tasks(customer.ref)) == [FOLLOW_UP.title]

    async def test_another_key_is_another_entry(self, books: Books) -> None:
        """Whatever the text: a customer may ask the same twice."""
        customer = await books.erm.create(DRAFT, "k")
        ids = {await books.erm.add_history(customer.ref, TEXT, "ana", key) for key in ("a", "b")}
        assert len(ids) == len(books.notes(customer.ref)) == 2

    async def test_a_safe_repeat_writes_once(self, books: Books) -> None:
        """G13, level L2; also when the repeats overlap."""
        erm = books.erm
        _only_for(erm, Repeat.SAFE)
        customers = await _at_once(lambda _: erm.create(DRAFT, "k"))
        (ref,) = {customer.ref for customer in customers}
        notes = await _at_once(lambda _: erm.add_history(ref, TEXT, "ana", "n"))
        tasks = await _at_once(lambda _: erm.schedule(ref, FOLLOW_UP, "t"))
        assert len(set(notes)) == len(books.notes(ref)) == 1
        assert len(set(tasks)) == len(books.tasks(ref)) == 1

    async def test_what_was_made_is_found_again(self, books: Books) -> None:
        """G13, levels L2 and L1."""
        erm = books.erm
        if erm.repeat is Repeat.ASK:
            pytest.skip("this ERM cannot be asked; a person is")
        assert await erm.find("customer", "k", text=DRAFT.email) is None
        ref = (await erm.create(DRAFT, "k")).ref
        assert await erm.find("customer", "k", text=DRAFT.email) == ref
        assert await erm.find("note", "n", ref, TEXT) is None
        note = await erm.add_history(ref, TEXT, "ana", "n")
        assert await erm.find("note", "n", ref, TEXT) == note
        assert await erm.find("task", "t", ref, FOLLOW_UP.title) is None
        task = await erm.schedule(ref, FOLLOW_UP, "t")
        assert await erm.find("task", "t", ref, FOLLOW_UP.title) == task
        assert await erm.find("note", "other", ref, "Another text\nRef 48212-k7qd2m") is None

    @pytest.mark.parametrize("ref", ["987654321", "no such", "", "1 OR 1=1"])
    async def test_nothing_is_written_for_nobody(self, books: Books, ref: str) -> None:
        """A customer who was removed meanwhile, or an id of another system."""
        with pytest.raises(DeliveryError) as caught:
            await books.erm.add_history(ref, TEXT, "ana", "n")
        assert not caught.value.unknown
        with pytest.raises(DeliveryError) as caught:
            await books.erm.schedule(ref, FOLLOW_UP, "t")
        assert not caught.value.unknown
        with pytest.raises(DeliveryError) as caught:
            await books.erm.fill(ref, {"phone": "1"}, "f")
        assert not caught.value.unknown


def _filled(draft: Draft, ref: str) -> Customer:
    return Customer(
        ref=ref,
        name=draft.name,
        emails=(draft.email,),
        phone=draft.phone,
        company=draft.company,
        location=draft.location,
    )


async def _at_once(call: Callable[[int], Awaitable[T]]) -> list[T]:
    results: list[T] = []

    async def one(number: int) -> None:
        results.append(await call(number))

    async with anyio.create_task_group() as group:
        for number in range(10):
            group.start_soon(one, number)
    return results


def _only_for(erm: Erm, repeat: Repeat) -> None:
    if erm.repeat is not repeat:
        pytest.skip(f"this ERM is {erm.repeat}, not {repeat}")
