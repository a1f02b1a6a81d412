"""Two colleagues in one chat, over real connections."""

import pytest

from tests.transports.served import Served

pytestmark = pytest.mark.anyio


async def test_a_colleague_joins_a_chat_and_each_side_learns_what_is_read(desk: Served) -> None:
    """S1-11, S3-11, F47: pushed to whom it concerns, as it happens."""
    async with desk.staff() as ana, desk.visitor() as visitor:
        begun = await visitor.do("conversation.start", site="shop", question="Sticks?")
        stream: str = begun["stream"]
        counts = await ana.hear(lambda frame: frame["method"] == "inbox")
        assert counts["unassigned"] == 1
        await ana.do("conversation.pick", stream=stream)

        async with desk.staff("ben") as ben:
            assert ben.told["inbox"]["team"] == 1
            await visitor.ask("conversation.follow", stream=stream, after=0)
            await ben.do("conversation.join", stream=stream)
            assert (await visitor.event("Joined"))["data"] == {"agent": "Ben"}

            said = await ben.do("conversation.post", stream=stream, text="5A and 7B")
            await ben.ask("conversation.follow", stream=stream, after=said["seq"])
            await visitor.ask("conversation.read", stream=stream, version=said["seq"])
            read = await ben.hear(lambda frame: frame["method"] == "read")
            assert (read["by"], read["version"]) == ("visitor", said["seq"])
