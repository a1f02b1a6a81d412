"""What every test shares: both async backends, the browser, slow tests, what coverage watches."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from tests.house.layers import is_test_of_pure_layer

TESTS = Path(__file__).parent
LONGEST = ("test_day.py", "test_walk.py", "test_walks.py", "test_canary.py", "test_crash_points.py")

# No test fails because the machine is slow, and what a gate runs does not depend on luck.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
    # On several cores the longest files go first, or the others would wait for them in the end.
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if config.getoption("cov_source", None):
        # Layers 0 to 2 must be covered by their own tests, not by luck through the whole program.
        for item in items:
            if not is_test_of_pure_layer(item.path.relative_to(TESTS)):
                item.add_marker("no_cover")


@pytest.fixture(scope="module", params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each anyio test on both; a module that needs aiohttp overrides this with "asyncio"."""
    backend: str = request.param
    return backend


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the installed Chromium, or skip: playwright downloads none for us."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("LIVECHAT_CHROMIUM") or next(
        filter(None, map(shutil.which, names)), None
    )
    if found is None:
        pytest.skip("no Chromium here: install it, or name it in LIVECHAT_CHROMIUM")
    return found
