"""Walks through files: announced, attached, or forgotten."""

from collections import Counter
from random import Random

import attrs

from livechat_core import conversation as c
from livechat_core.rules import Rules, seconds
from livechat_core.streams import Actor, Command
from tests.pure.lands.cast import ANYBODY
from tests.pure.walks import Walk


def _attach(_: c.State, r: Random) -> Command:
    return c.Attach(
        by=r.choice(ANYBODY),
        file=f"f{r.randrange(1000)}",
        name=r.choice(("", "plan.pdf")),
        size=r.choice((0, 100, 1001)),
    )


def _finish(state: c.State, r: Random) -> Command:
    found = r.choice((*state.uploads, None))
    role, _, name = found.by.partition(":") if found and r.randrange(6) else ("visitor", "", "x")
    return c.FinishUpload(
        by=Actor(role=role, id=name),  # type: ignore[arg-type]
        file=found.id if found else "unknown",
        name="plan.pdf",
        type="application/pdf",
        size=r.choice((50, 100, 101)),
    )


def removed(state: c.State) -> tuple[str, ...]:
    """Return the uploads of which nothing is kept any more: the place for files does its work."""
    return tuple(one.id for one in state.uploads)


WISHES = (*(_attach,) * 4, *(_finish,) * 3)


def ruled(rules: Rules) -> Rules:
    """Return the rules with some sites that take files."""
    sites = {
        name: attrs.evolve(site, attachments=name != "performances")
        for name, site in rules.sites.items()
    }
    return attrs.evolve(
        rules, sites=sites, file_size=1000, uploads=2, chat_files=6, upload_timeout=seconds(60)
    )


def check(walk: Walk) -> None:
    """A file is attached or forgotten once, after it was announced; the state knows the rest."""
    begun, ended = Counter[str](), Counter[str]()
    attached = []
    for _, event in walk.told:
        match event:
            case c.UploadBegun():
                begun[event.file] += 1
            case c.Attached():
                attached.append(event.file)
                ended[event.file] += 1
            case c.UploadLapsed():
                ended[event.file] += 1
            case _:
                pass
    state: c.State = walk.state
    assert ended <= begun
    assert begun - ended == Counter(one.id for one in state.uploads)
    assert attached == [file.id for file in state.files]
    assert len(state.files) + len(state.uploads) <= walk.land.rules.chat_files
