"""What agents do to find out whom a chat is with."""

from typing import Any

import attrs

from livechat_core.rules import CustomField
from livechat_core.testing.desk import RULES, Client, Scene
from tests.desk.acts import MARIA, accept, start

FIELDS = {
    "plan": CustomField(title="Plan", visible_in_chat=True, choices=("free", "paid")),
    "credit": CustomField(title="Credit limit"),
}
SUPPORT = attrs.evolve(RULES.queues["support"], verify=True)
VERIFYING = attrs.evolve(RULES, queues={**RULES.queues, "support": SUPPORT}, fields=FIELDS)
"""Support agents verify the person before they speak."""


async def chat(scene: Scene, agent: Client, visitor: Client | None = None, **told: Any) -> str:
    """Bring a chat about that the agent has, and return its stream."""
    visitor = visitor or await scene.visitor()
    stream = await start(visitor, **{"email": MARIA, "name": "Maria", **told})
    assert await accept(scene, agent) == stream
    return stream


async def who(agent: Client, stream: str) -> dict[str, Any]:
    """Ask whom a chat is with."""
    found: dict[str, Any] = await agent.call("conversation.contact", stream=stream)
    return found


async def verified(scene: Scene, agent: Client, stream: str) -> str:
    """Verify the proposed person and return the contact."""
    contact: str = (await who(agent, stream))["contact"]["stream"]
    await agent.do("conversation.verify_contact", stream=stream, contact=contact)
    await scene.settle()
    return contact


async def profile(agent: Client, contact: str, stream: str) -> dict[str, Any]:
    """Open a person's profile because of a chat."""
    found: dict[str, Any]
    found = await agent.call("contact.show", stream=contact, conversation=stream)
    return found
