"""Whom a chat may be with: what people are found by, and what stands against it (F58)."""

import pytest

from livechat_core import contact as c
from livechat_core.contact import Match, address_of, card_of, keys_of, matches, phone_of
from livechat_core.streams import Summary

KEY = b"secret"
SAME_PHONE = ("+351 21 000 0000", "00351 210 000 000", "+351-(21)-0000000", " 351210000000 ")


def person(name: str, *labels: str, known: bool = False, number: int = 1) -> Summary:
    facts = {"known": {"name": name} if known else {}, "said": {}, "erm": ""}
    return Summary(
        stream=f"contact/{name}",
        phase="known",
        labels=frozenset(labels),
        facts=facts,
        number=number,
    )


def found(wanted: tuple[str, ...], *persons: Summary) -> list[str]:
    return [
        f"{one.contact.stream.partition('/')[2]} by {one.by}" for one in matches(wanted, persons)
    ]


# --- what identifies -----------------------------------------------------------------------------


def test_addresses_are_the_same_whatever_case_and_blanks_S0_27() -> None:
    assert address_of("Maria@C.example", KEY) == address_of(" maria@c.EXAMPLE", KEY)
    assert address_of("maria@c.example", KEY) != address_of("maria@c.example", b"other")


@pytest.mark.parametrize("phone", SAME_PHONE)
def test_numbers_are_the_same_whatever_stands_between_their_digits(phone: str) -> None:
    assert phone_of(phone, KEY) == phone_of(SAME_PHONE[0], KEY) != ""


@pytest.mark.parametrize("phone", ["", " ", "+", "12345", "call me", "٣٥١٢١٠٠٠"])
def test_what_is_no_number_identifies_nobody_F58(phone: str) -> None:
    assert phone_of(phone, KEY) == ""


def test_a_blank_value_never_identifies_anybody_F58() -> None:
    assert keys_of(KEY, person="", email=" ", phone=" ") == ()
    assert card_of(()) == ""


def test_the_strongest_identifier_names_the_contact_F58() -> None:
    keys = keys_of(KEY, person="p", email="m@c.example", phone="123456")

    assert [key.partition("=")[0] for key in keys] == ["person", "email", "phone"]
    assert card_of(keys) == "contact/p"
    assert card_of(keys[1:]) == f"contact/{address_of('m@c.example', KEY)}"
    assert c.person_of("7", KEY) != c.person_of("7", b"other")


def test_an_address_a_number_and_an_id_of_the_same_letters_are_different_things() -> None:
    assert (
        len({address_of("123456", KEY), phone_of("123456", KEY), c.person_of("123456", KEY)}) == 3
    )


# --- whom a chat may be with ---------------------------------------------------------------------


def test_the_hosts_id_comes_before_the_address_and_that_before_the_phone_F58() -> None:
    wanted = ("person=p", "email=e", "phone=t")
    people = person("C", "phone=t"), person("B", "email=e"), person("A", "person=p")

    assert found(wanted, *people) == ["A by person", "B by email", "C by phone"]


def test_of_equals_the_known_comes_first_then_the_older() -> None:
    people = (
        person("younger", "email=e", number=3),
        person("older", "email=e", number=2),
        person("known", "email=e", known=True, number=9),
    )

    assert found(("email=e",), *people) == ["known by email", "older by email", "younger by email"]
    assert Match(contact=people[2], by="email").is_known


def test_the_same_address_with_another_id_at_the_host_is_another_person_F58() -> None:
    assert found(("person=p", "email=e"), person("A", "person=q", "email=e")) == []
    assert found(("email=e",), person("A", "person=q", "email=e")) == ["A by email"]


def test_the_same_phone_with_another_address_is_another_person_F58() -> None:
    assert found(("email=e", "phone=t"), person("A", "email=f", "phone=t")) == []
    assert found(("email=e", "phone=t"), person("A", "phone=t")) == ["A by phone"]
    assert found(("phone=t",), person("A", "email=f", "phone=t")) == ["A by phone"]


def test_nobody_fits_who_shares_nothing() -> None:
    assert found(("email=e",), person("A", "email=f"), person("B")) == []
    assert found((), person("B")) == []


def test_contacts_of_earlier_versions_are_found_by_their_address() -> None:
    assert found(("email=e",), person("A", "address=e")) == ["A by email"]
