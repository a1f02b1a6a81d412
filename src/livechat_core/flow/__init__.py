"""Flows: conversations of a simple bot as data, checked, played and drawn.

A flow is steps by name. A step says lines and then asks, decides, goes on or ends. `load` makes a
flow of plain tables and refuses one that could fail a visitor; `play` answers one turn; `mermaid`
and `svg` draw it. Nothing here waits, and nothing here knows the desk.
"""

from collections.abc import Mapping

from ..errors import ConfigurationError
from .check import Names, check as check
from .drawing import mermaid as mermaid
from .format import Flow as Flow, Outcome as Outcome
from .play import Heard as Heard, Line as Line, Reply as Reply, answers as answers, play as play
from .problems import CODES as CODES, Problem as Problem
from .reading import read as read
from .svg import svg as svg


def examine(
    tables: Mapping[str, object], *, queues: Names = None, sites: Names = None
) -> tuple[Flow, tuple[Problem, ...]]:
    """Return the flow that these tables mean, and everything that is wrong with it.

    Args:
        tables: The tables as a TOML file has them.
        queues: The desk's queues; none if they are not known.
        sites: The desk's sites; none if they are not known.
    """
    flow, misread = read(tables)
    found = check(flow, queues=queues, sites=sites)
    # Where something could not be read, that ways are missing says nothing.
    sound = (one for one in found if not misread or one.code not in ("unreachable", "no_way_out"))
    return flow, (*misread, *sound)


def load(
    tables: Mapping[str, object], *, queues: Names = None, sites: Names = None, name: str = ""
) -> Flow:
    """Return the flow that these tables mean.

    Args:
        tables: The tables as a TOML file has them.
        queues: The desk's queues; none if they are not known.
        sites: The desk's sites; none if they are not known.
        name: What it is called in the error.

    Raises:
        ConfigurationError: ``bad_flow``, with all problems.
    """
    flow, problems = examine(tables, queues=queues, sites=sites)
    if problems:
        raise ConfigurationError("bad_flow", flow=name, problems=tuple(map(str, problems)))
    return flow
