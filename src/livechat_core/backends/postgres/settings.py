"""The table ``[postgres]`` of the settings."""

import attrs

from ...rules import SECOND


@attrs.frozen(kw_only=True)
class PostgresSettings:
    """How a process uses the database.

    Args:
        notify: Whether commits ring the other processes (``NOTIFY``); without it they look every
            ``poll`` seconds only.
        poll: After so many seconds a process that waits looks for itself.
        connections: For reading, at most; one more writes, and one listens.
        clock: Whose time the store tells: the ``database``'s, the same for all processes, or that
            of the process itself.
    """

    notify: bool = True
    poll: float = attrs.field(default=0.5, validator=attrs.validators.gt(0))
    connections: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    clock: str = attrs.field(
        default="database", validator=attrs.validators.in_(("database", "process"))
    )

    @property
    def poll_us(self) -> int:
        """The time between two looks in microseconds."""
        return max(1, round(self.poll * SECOND))
