"""A scene for each test: a whole desk on a store in memory, or on a file."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from livechat_core.plugins import Plugins
from livechat_core.ports import Store
from livechat_core.settings import Settings
from livechat_core.testing.desk import Scene, SceneClock
from tests.desk.persons import VERIFYING

MakeStore = Callable[[SceneClock], Store]


@pytest.fixture
def store_url() -> str:
    """Where scenes record; a test that wants a file overrides it."""
    return "memory:"


@pytest.fixture
def make_store(tmp_path: Path, store_url: str) -> MakeStore:
    def make(clock: SceneClock) -> Store:
        plugins = Plugins(entry_points=False)
        return plugins.store(Settings(store=store_url, data=tmp_path), clock)

    return make


@pytest.fixture
async def scene(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock) as scene:
        yield scene


@pytest.fixture
async def desk(make_store: MakeStore) -> AsyncIterator[Scene]:
    """A desk whose support agents verify the person before they speak (`persons.VERIFYING`)."""
    clock = SceneClock()
    async with Scene(make_store(clock), rules=VERIFYING, clock=clock) as scene:
        yield scene
