"""The visitor's window: a file that the agent has sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.fake_server import FakeDesk
from tests.web.test_widget import button, log, talk

EVIL = "<img src=x onerror=document.title='run'>.txt"


@pytest.mark.parametrize("name", ["prices.txt", EVIL])
def test_a_file_of_the_agent_is_shown_and_saved_F44(
    page: Page, url: str, desk: FakeDesk, name: str
) -> None:
    """A66: it is got with the visitor's token, as its address alone is worth nothing."""
    stream = talk(page, url, desk)
    desk.happen(
        stream, "Attached", author="agent", name="Ana", file="f9", filename=name,
        type="text/plain", size=7,
    )  # fmt: skip
    expect(log(page)).to_contain_text(name)
    with page.expect_download() as saved:
        button(page, "Open").click()

    assert saved.value.path().read_bytes() == b"content"
    path, headers = next(asked for asked in desk.asked if asked[0].startswith("/chat/files/"))
    assert path == f"/chat/files/{stream.partition('/')[2]}/f9"
    assert headers["Authorization"] == f"Bearer {desk.owners[stream]}"
    assert page.title() != "run"


def test_lines_have_nothing_to_open(page: Page, url: str, desk: FakeDesk) -> None:
    stream = talk(page, url, desk)
    desk.happen(stream, "Posted", author="agent", name="Ana", text="Hello")

    expect(log(page)).to_contain_text("Hello")
    expect(button(page, "Open")).to_have_count(0)
