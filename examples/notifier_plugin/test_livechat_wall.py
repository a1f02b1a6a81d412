import pytest
from livechat_wall import WallNotifier

from livechat_core.testing import Channel, NotifierContract


class TestWallNotifier(NotifierContract):
    @pytest.fixture
    def channel(self, tmp_path_factory: pytest.TempPathFactory) -> Channel:
        path = tmp_path_factory.mktemp("wall") / "notices.txt"
        return Channel(WallNotifier(str(path)), shown=lambda: [path.read_text("utf-8")])
