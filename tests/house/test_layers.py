"""The layer picture holds: read from all imports, wherever in a file they are."""

import graphlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.house import layers
from tests.house.files import ROOT, SOURCE

PACKAGE = SOURCE / "livechat_core"


def test_every_module_imports_only_what_its_layer_may() -> None:
    assert layers.faults(SOURCE) == []


def test_examples_use_public_names_only() -> None:
    public = layers.public_names(PACKAGE / "__init__.py")

    assert layers.example_faults(ROOT / "examples", public) == []


def test_modules_of_the_layers_do_not_import_in_circles() -> None:
    graphlib.TopologicalSorter(layers.graph(SOURCE)).prepare()


def test_contributing_shows_the_picture_that_is_enforced() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\d  ((?:[a-z]+ )+) *(?:[A-Za-z]|$)", text, flags=re.MULTILINE)

    assert [tuple(row.split()) for row in rows] == list(layers.LAYERS)


def test_coverage_watches_exactly_layers_0_to_2() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    there = {
        f"src/livechat_core/{name}" + ("/*" if (PACKAGE / name).is_dir() else ".py")
        for name in layers.PURE
    }

    assert set(settings["tool"]["coverage"]["report"]["include"]) == there


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a folder with a small package that keeps the rules."""
    good = {
        "__init__": "from .desk import Desk\n__all__ = ['Desk', 'hookimpl', 'ports']",
        "__main__": "from livechat_core.cli import main",
        "errors": "from datetime import UTC\nimport attrs",
        "streams": "from .errors import LivechatError",
        "job": "from .streams import Event",
        "conversation/__init__": "from .offers import Offer",
        "conversation/offers": "from .. import streams\nfrom . import lines",
        "conversation/lines": "from collections.abc import Mapping",
        "codec": "import msgspec\nfrom . import conversation, job",
        "ports": "from pathlib import Path",
        "plugins": "import pluggy\nfrom .errors import PluginError",
        "desk": "import anyio.abc\nfrom . import plugins",
        "cli": "def main():\n    from .demo import serve\n    import asyncio",
        "backends/sqlite/__init__": "import sqlite3\nfrom ...hookspecs import hookimpl",
        "backends/sqlite/writer": "from . import tables\nfrom livechat_core.backends import sqlite",
        "backends/sqlite/tables": "from livechat_core.streams import Event",
        "backends/memory": "import anyio",
        "notifiers/slack": "def post():\n    import slack_sdk",
        "transports/aiohttp": "import aiohttp\nfrom livechat_core import Desk, hookimpl, ports\n"
        "from livechat_core.notifiers.slack import post",
        "testing/__init__": "import hypothesis\nfrom livechat_core import desk",
        "demo/__init__": "import time, aiosmtpd\nfrom ..backends import memory",
    }
    for name, text in good.items():
        file = tmp_path / layers.PACKAGE / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_a_good_sample_passes(sample: Path) -> None:
    assert layers.faults(sample) == []


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("streams", "from .job import Claim", "layer 1, above layer 0"),
        ("streams", "from livechat_core import Desk", "above all layers"),
        ("errors", "import logging", "pure modules"),
        ("errors", "def now():\n    import time", "pure modules"),
        ("errors", "import anyio", "not among"),
        ("job", "from .conversation import offers", "never import each other"),
        ("job", "import msgspec", "only codec and settings"),
        ("desk", "import msgspec", "only codec and settings"),
        ("ports", "from .desk import Desk", "layer 5, above layer 3"),
        ("ports", "import asyncio", "trio"),
        ("desk", "import pluggy", "not among"),
        ("desk", "from .backends import memory", "above all layers"),
        ("desk", "from . import demo", "above all layers"),
        ("backends/memory", "from ..desk import Desk", "an adapter imports"),
        ("backends/memory", "from .sqlite import writer", "an adapter imports"),
        ("backends/memory", "from ..notifiers import slack", "an adapter imports"),
        ("backends/memory", "import requests", "not among"),
        ("notifiers/slack", "from livechat_core.plugins import Plugins", "an adapter imports"),
        ("transports/aiohttp", "from ..desk import Desk", "public names"),
        ("transports/aiohttp", "from livechat_core import desk", "public names"),
        ("transports/aiohttp", "from livechat_core import Secret", "not a public name"),
        ("transports/aiohttp", "import livechat_core\nlivechat_core.desk", "is not public"),
        ("transports/aiohttp", "from livechat_core.ports import Clock", "public names"),
        ("transports/aiohttp", "from ..notifiers import slack_two", "public names"),
        ("__main__", "from .backends import memory", "only the layers"),
        ("web/page", "from ..desk import Desk", "nothing of ours"),
        ("novelty", "import attrs", "in no layer"),
    ],
)
def test_a_bad_sample_is_found(sample: Path, name: str, line: str, why: str) -> None:
    file = sample / layers.PACKAGE / f"{name}.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(line)

    assert [why in fault for fault in layers.faults(sample)] == [True]


def test_a_circle_is_found(sample: Path) -> None:
    (sample / layers.PACKAGE / "errors.py").write_text("def late():\n    from . import streams")

    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(layers.graph(sample)).prepare()


def test_an_example_that_uses_a_private_name_is_found(tmp_path: Path) -> None:
    good = "from livechat_core import Desk\nfrom livechat_core.testing import NotifierContract"
    (tmp_path / "bell.py").write_text(good)
    assert layers.example_faults(tmp_path, frozenset({"Desk"})) == []

    (tmp_path / "bell.py").write_text("from livechat_core.desk import Desk")
    assert len(layers.example_faults(tmp_path, frozenset({"Desk"}))) == 1


@pytest.mark.parametrize(
    ("path", "pure"),
    [
        ("conversation/test_offers.py", True),
        ("test_streams.py", True),
        ("test_conversation_offers.py", True),
        ("pure/test_walks.py", True),
        ("test_desk.py", False),
        ("backends/test_sqlite.py", False),
        ("house/test_words.py", False),
    ],
)
def test_what_counts_for_the_coverage_of_layers_0_to_2(path: str, pure: bool) -> None:  # noqa: FBT001
    assert layers.is_test_of_pure_layer(Path(path)) == pure
