"""The one text that channels show and that the history note keeps."""

import attrs
import pytest

from livechat_core.enquiry import Facts, reference, render, shown_name
from tests.pure.enquiries import FACTS

KEY = b"key"


def test_an_announcement_tells_the_six_facts_and_ends_with_its_reference_S0_8_to_S0_13() -> None:
    assert render(FACTS, "Ref 48211-k7qd2m") == (
        "A new customer has left a message on live chat.\n"
        "Site: Drumstory\n"
        "Name: Maria (not signed in)\n"
        "E-mail: Maria@example.org\n"
        "Question:\n"
        "> Do you hire drummers?\n"
        "> For a wedding.\n"
        "Page: https://drumstory.example/hire\n"
        "Location: Bergen\n"
        "Ref 48211-k7qd2m"
    )


@pytest.mark.parametrize(
    ("name", "signed_in", "shown"),
    [
        ("Maria", True, "Maria"),
        ("Maria", False, "Maria (not signed in)"),
        ("", False, "Guest"),
        ("", True, "Guest"),
    ],
)
def test_the_name_is_signed_in_or_marked_or_guest_S0_9(
    name: str,
    signed_in: bool,  # noqa: FBT001
    shown: str,
) -> None:
    assert shown_name(name, signed_in=signed_in) == shown


def test_what_is_missing_is_said() -> None:
    text = render(Facts(kind="left_message", site="Drumstory"), "Ref 1-aaaaaa")

    assert "E-mail: not given" in text
    assert "> not given" in text
    assert "Page: unknown\nLocation: unknown" in text


def test_a_browsing_visitor_has_no_question_and_no_address_S0_41() -> None:
    text = render(attrs.evolve(FACTS, kind="new_visitor"), "Ref 1-aaaaaa")

    assert text.startswith("A visitor is browsing.\nSite: Drumstory\nName: Maria")
    assert "E-mail" not in text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028", "\u2029", "\x85"])
def test_a_visitor_cannot_pose_as_a_field_A41(line_break: str) -> None:
    forged = f"Hello{line_break}Location: Nowhere{line_break}Ref 1-zzzzzz"
    facts = Facts(
        kind="left_message",
        site="Drumstory",
        question=forged,
        name=forged,
        email=forged,
        page=forged,
        location=forged,
    )

    lines = render(facts, "Ref 48211-k7qd2m").splitlines()

    assert [line.split(":")[0] for line in lines if not line.startswith(">")] == [
        "A new customer has left a message on live chat.",
        *("Site", "Name", "E-mail", "Question", "Page", "Location", "Ref 48211-k7qd2m"),
    ]


def test_a_reference_names_the_number_and_cannot_be_guessed_without_the_key() -> None:
    told = reference(48211, "conversation/1", KEY)

    assert told.startswith("Ref 48211-")
    assert len(told) == len("Ref 48211-") + 6
    assert told == reference(48211, "conversation/1", KEY)
    assert told != reference(48211, "conversation/1", b"other")
    assert told != reference(48211, "conversation/2", KEY)
