"""The PostgreSQL store keeps the store's promises, and those that a server brings with it."""

from pathlib import Path

import pytest

from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.ports import Clock
from livechat_core.testing import StoreContract
from tests.backends.postgres_server import OWN_TIME, kept, place

__all__ = ["kept", "place"]


class TestPostgresStore(StoreContract):
    several = True

    @pytest.fixture(autouse=True)
    def _schema(self, place: Place) -> None:
        self.place = place

    def make_store(self, folder: Path, clock: Clock) -> PostgresStore:
        return PostgresStore(self.place, clock, OWN_TIME)
