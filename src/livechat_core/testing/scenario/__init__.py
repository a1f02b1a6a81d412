"""A desk that a test scripts: people by name, a clock that stands still, the real protocol.

A case reads like a sentence::

    with Scenario(queues={"support": Queue(name="Support", offer_timeout=seconds(20))}) as desk:
        ana, ben = desk.agent("ana"), desk.agent("ben", in_call=True)
        maria = desk.visitor("maria", queue="support")
        assert maria.offered_to == "ana"
        desk.at(20)
        assert maria.offered_to == "ben"
        ben.accepts(maria)
        assert (maria.owner, ana.missed) == ("ben", 1)

What a person does is sent as a window sends it, and what follows is done before the next line of
the script: the desk comes to rest after every act. Nothing runs beside the script and nothing
sleeps, so the same script gives the same `Scenario.trace`.
"""

from .agent import Agent
from .desk import Scenario
from .person import Notice
from .visitor import Visitor

__all__ = ["Agent", "Notice", "Scenario", "Visitor"]
