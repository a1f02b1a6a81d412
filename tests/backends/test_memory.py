"""The memory store keeps the store's promises."""

from pathlib import Path

import pytest

from livechat_core.backends.memory import MemoryStore, livechat_store
from livechat_core.ports import Clock
from livechat_core.streams import Query
from livechat_core.testing import FakeClock, StoreContract
from livechat_core.testing.store_contract.base import put, write


class TestMemoryStore(StoreContract):
    def make_store(self, folder: Path, clock: Clock) -> MemoryStore:
        return MemoryStore(clock)


def test_it_is_chosen_by_its_address() -> None:
    clock = FakeClock()

    assert isinstance(livechat_store("memory:", clock), MemoryStore)
    assert livechat_store("sqlite:///chat.db", clock) is None
    assert livechat_store("memory://elsewhere", clock) is None


@pytest.mark.anyio
async def test_it_holds_what_it_had_when_it_is_opened_again() -> None:
    store = MemoryStore(FakeClock())
    async with store:
        await put(store, write("conversation/a"))
    async with store:
        assert len(await store.load("conversation/a")) == 1
        assert len(await store.summaries(Query())) == 1
