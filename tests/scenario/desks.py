"""Desks that several cases begin with."""

from typing import Any

import pytest

from livechat_core.rules import Queue, Rules
from livechat_core.testing import Refused, Scenario


def desk(rules: Rules | None = None, **support: Any) -> Scenario:
    """Return a desk with the queue sales, and the queue support with these terms."""
    queues = {"support": Queue(name="Support", **support), "sales": Queue(name="Sales")}
    return Scenario(queues=queues, rules=rules)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    """Return the code of a refusal."""
    return refused.value.code
