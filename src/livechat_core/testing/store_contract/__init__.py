"""What every store promises, as tests.

Subclass `StoreContract` and say how your store is made::

    class TestMyStore(StoreContract):
        several = True

        def make_store(self, folder, clock):
            return MyStore(folder / "my.db", clock)

Every test opens its own store in its own empty folder, on asyncio and on trio. Set ``several`` if
two stores made for the same folder are two doors to the same journal, as two processes use it.
"""

import pytest

PARTS = ("base", "commits", "erasure", "following", "groups", "queries", "repeats", "searches")
pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in PARTS))

from .commits import Commits  # noqa: E402 - pytest must know first
from .erasure import Erasure  # noqa: E402
from .following import Following  # noqa: E402
from .groups import Groups  # noqa: E402
from .queries import Queries  # noqa: E402
from .repeats import Repeats  # noqa: E402
from .searches import Searches  # noqa: E402

__all__ = ["StoreContract"]


class StoreContract(Commits, Repeats, Groups, Queries, Following, Searches, Erasure):
    """All promises of the store's port."""
