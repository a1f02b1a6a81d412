"""The carrier within one process keeps its promises."""

from collections.abc import Callable

import pytest

from livechat_core.backends.ephemeral_memory import MemoryEphemeral, livechat_ephemeral
from livechat_core.ports import Ephemeral
from livechat_core.testing import EphemeralContract


class TestMemoryEphemeral(EphemeralContract):
    @pytest.fixture
    def make(self) -> Callable[[], Ephemeral]:
        carrier = MemoryEphemeral()
        return lambda: carrier


def test_it_is_chosen_by_its_address() -> None:
    assert isinstance(livechat_ephemeral("memory:"), MemoryEphemeral)
    assert livechat_ephemeral("redis://127.0.0.1") is None
