"""What can be wanted of a job."""

import attrs

from ..streams import Command
from .events import Values


@attrs.frozen(kw_only=True)
class Owe(Command):
    """Record that a call is owed.

    Args:
        port: ``notifier``, ``erm``, ``mailer``.
        target: Which adapter of that port, where there are several.
        action: What it is to do.
        subject: The stream this is for; a result is reported there.
        revision: Which step of that stream, so that it accepts only what it waits for.
        payload: Plain values for the adapter.
        labels: Further labels, by which jobs of a sort are counted.
    """

    port: str
    action: str
    subject: str
    target: str = ""
    revision: int = 0
    payload: Values = attrs.field(factory=dict)
    labels: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Try(Command):
    """Take the job: to do it, or to ask the outside system about it."""

    process: str
    repeat: str


@attrs.frozen(kw_only=True)
class Succeed(Command):
    """The work was done, with this result."""

    fence: int
    result: Values


@attrs.frozen(kw_only=True)
class Fail(Command):
    """The work was not done, or nobody knows.

    Args:
        jitter: Between -1 and 1; spreads the next try by a fifth (drawn outside).
    """

    fence: int
    reason: str
    unknown: bool = False
    permanent: bool = False
    retry_after: int | None = None
    jitter: float = 0.0


@attrs.frozen(kw_only=True)
class Refute(Command):
    """The outside system says that the work was not done."""

    fence: int


@attrs.frozen(kw_only=True)
class Settle(Command):
    """A person says what became of it: ``arrived``, ``repeat`` or ``drop``."""

    outcome: str


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; a lease may be over."""
