"""Errors carry facts and a stable code."""

import pytest

from livechat_core import errors
from livechat_core.errors import DeliveryError, Full, LimitExceeded, LivechatError, Rejected


def test_an_error_tells_its_code_and_facts() -> None:
    error = Rejected("taken", owner="Ana")

    assert (error.code, error.facts, str(error)) == (
        "taken",
        {"owner": "Ana"},
        "taken (owner='Ana')",
    )


@pytest.mark.parametrize("kind", LivechatError.__subclasses__())
def test_every_error_has_a_code_of_its_own_and_a_hint_for_http(kind: type[LivechatError]) -> None:
    error = Full("open_conversation") if kind is Full else kind()

    assert str(error).startswith(error.default_code)
    assert 400 <= error.http_hint < 600
    assert kind.__name__ in vars(errors)


def test_a_full_guard_names_who_fills_it_G5() -> None:
    error = Full("open_conversation", ("conversation/1",))

    assert (error.guard, error.holders, error.code) == (
        "open_conversation",
        ("conversation/1",),
        "full",
    )


def test_a_limit_says_when_to_come_back() -> None:
    assert LimitExceeded(retry_after=5).retry_after == 5
    assert LimitExceeded("too_long", limit=100).facts == {"limit": 100}


def test_an_adapter_says_what_is_known_about_the_outcome_G13() -> None:
    error = DeliveryError("timeout", unknown=True, permanent=False, retry_after=7, host="erm")

    assert (error.unknown, error.permanent, error.retry_after) == (True, False, 7)
    assert error.facts == {"host": "erm"}
