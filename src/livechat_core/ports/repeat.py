"""What may be done about a call of which nobody knows the outcome."""

from enum import StrEnum


class Repeat(StrEnum):
    """What a job may do when the outcome of a call is unknown (lease over, answer lost).

    SAFE: simply do it again. PROBE: ask the outside system first. ASK: only a person may decide.
    """

    SAFE = "safe"
    PROBE = "probe"
    ASK = "ask"
