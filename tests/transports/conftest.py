"""The desk that tests of transports talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.transports.served import Served, serving


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Aiohttp knows asyncio only."""
    return "asyncio"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as served:
        yield served
