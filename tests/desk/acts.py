"""What people do at a desk, so that a test reads like a story."""

from typing import Any

import pytest

from livechat_core.testing.desk import Client, Refused, Scene

MARIA = "Maria@Customer.example"


async def start(visitor: Client, **told: Any) -> str:
    """Start a chat and return its stream."""
    wanted = {"site": "performances", "question": "Do you have these in red?", **told}
    ack = await visitor.do("conversation.start", **wanted)
    stream: str = ack["stream"]
    return stream


async def leave(visitor: Client, **told: Any) -> str:
    """Leave a message and return the stream of its enquiry."""
    wanted = {"site": "performances", "email": MARIA, "question": "When do you\nopen?", **told}
    ack = await visitor.do("conversation.leave_message", **wanted)
    return "enquiry/" + str(ack["stream"]).partition("/")[2]


async def offers(agent: Client) -> list[dict[str, Any]]:
    """Return what the agent is asked to take."""
    return (await agent.lists())["offers"]


async def accept(scene: Scene, agent: Client) -> str:
    """Take what is offered and return the chat."""
    await scene.settle()
    (offer,) = await offers(agent)
    ack = await agent.do("conversation.accept", stream=offer["stream"], offer=offer["offer"])
    stream: str = ack["stream"]
    return stream


async def talk(scene: Scene, visitor: Client, agent: Client) -> str:
    """Bring a chat about and return its stream."""
    stream = await start(visitor)
    assert await accept(scene, agent) == stream
    return stream


async def item(agent: Client, stream: str, name: str = "enquiries") -> dict[str, Any]:
    """Return a row of a list."""
    (found,) = [row for row in (await agent.lists())[name] if row["stream"] == stream]
    return found


async def types(scene: Scene, stream: str) -> list[str]:
    """Return the names of a stream's events."""
    return [type(event).__name__ for _, event in await scene.desk.history(stream)]


async def refusal(client: Client, method: str, /, **params: Any) -> dict[str, Any]:
    """Do what is refused, and return code and facts."""
    with pytest.raises(Refused) as refused:
        await client.do(method, **params)
    return refused.value.facts


async def claimed(scene: Scene, agent: Client, **told: Any) -> str:
    """Leave a message as a new visitor, let the agent claim it, and return the enquiry."""
    work = await leave(await scene.visitor(), **told)
    await scene.settle()
    await agent.do("enquiry.claim", stream=work)
    await scene.settle()
    return work


async def filed(scene: Scene, agent: Client, **told: Any) -> str:
    """Bring an enquiry so far that its history note is saved."""
    work = await claimed(scene, agent, **told)
    await agent.do("enquiry.create_customer", stream=work)
    await scene.settle()
    assert (await item(agent, work))["phase"] == "filed"
    return work
