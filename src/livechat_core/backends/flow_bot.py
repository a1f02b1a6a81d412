"""Bots that play a flow: a conversation in a TOML file (docs/how-to/write-a-bot.md)."""

from collections.abc import Iterator, Mapping

import attrs

from livechat_core.errors import ConfigurationError
from livechat_core.flow import Flow, Heard, Reply, load, play
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Answer, Bot, Repeat, Say, Then, Turn
from livechat_core.settings import Settings, read_toml


@attrs.frozen(kw_only=True)
class FlowSettings:
    """A table ``[bots.NAME]`` with the key ``flow``.

    Args:
        flow: The file, relative to the desk's folder for files.
    """

    flow: str = attrs.field(validator=attrs.validators.min_len(1))


@hookimpl
def livechat_bots(settings: Settings) -> list[Bot]:
    """Return a bot for each table ``[bots.NAME]`` that names a flow; others are not meant.

    Raises:
        ConfigurationError: ``bad_flow`` with all that is wrong in the file, ``flow_unreadable``, or
            another key is wrong.
    """
    return [FlowBot(name, _flow(name, chosen, settings)) for name, chosen in _chosen(settings)]


class FlowBot:
    """Plays a flow; all it knows of a chat comes with the turn.

    Args:
        name: What queues call it by.
        flow: A flow that has passed its check.
    """

    repeat = Repeat.SAFE

    def __init__(self, name: str, flow: Flow) -> None:
        self.name = name
        self._flow = flow

    async def answer(self, turn: Turn) -> Answer:
        """Return what the flow says now."""
        return _answer(play(self._flow, _heard(turn)))


def _chosen(settings: Settings) -> Iterator[tuple[str, FlowSettings]]:
    for name, table in settings.section("bots").items():
        key = f"bots.{name}"
        if not isinstance(table, Mapping):
            raise ConfigurationError("bad_setting", key=key, why="not a table")
        if "flow" in table:
            own = attrs.evolve(settings, sections={key: table})
            yield name, own.read(key, FlowSettings)


def _flow(name: str, chosen: FlowSettings, settings: Settings) -> Flow:
    rules = settings.rules
    tables = read_toml(settings.data / chosen.flow, "flow_unreadable")
    return load(tables, queues=rules.queues, sites=rules.sites, name=name)


def _heard(turn: Turn) -> Heard:
    return Heard(
        text=turn.text,
        memory=turn.memory,
        nobody=turn.nobody,
        available=turn.available,
        site=turn.site,
        queue=turn.queue,
        language=turn.language,
        name=turn.name,
        email=turn.email,
        signed_in=turn.signed_in,
    )


def _answer(reply: Reply) -> Answer:
    return Answer(
        says=tuple(Say(text=line.text, choices=line.choices) for line in reply.says),
        then=Then(reply.outcome) if reply.outcome else Then.LISTEN,
        memory=reply.memory,
        queue=reply.queue,
        note=reply.note,
        name=reply.name,
        email=reply.email,
        phone=reply.phone,
    )
