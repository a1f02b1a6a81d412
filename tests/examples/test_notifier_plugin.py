"""The example plugin as its author would see it: built, installed, found, and tested by itself."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "examples" / "notifier_plugin"
SOURCE = Path(__file__).parents[2] / "src"
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
FIND = """
from livechat_core import Plugins, Settings, SystemClock
settings = Settings(sections={"wall": {"path": "notices.txt"}})
plugins = Plugins()
assert "wall" in plugins.names, plugins.failures
print(*sorted(plugins.notifiers(settings, SystemClock())))
print(*sorted(Plugins(disabled=frozenset({"wall"})).notifiers(settings, SystemClock())))
"""


def run(*command: str, path: Path, folder: Path) -> str:
    """Run Python outside of this checkout, with the package and the installed plugin."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (path, SOURCE)))}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLUGIN, tmp_path / "notifier_plugin"))


@pytest.fixture
def installed(project: Path, tmp_path: Path) -> Path:
    """Build the plugin's wheel and unpack it, which is what installing it means."""
    name = run("-c", BUILD, str(tmp_path), path=tmp_path, folder=project).strip()
    site = tmp_path / "site"
    with zipfile.ZipFile(tmp_path / name) as wheel:
        wheel.extractall(site)
    return site


def test_it_is_found_by_its_entry_point(installed: Path, tmp_path: Path) -> None:
    found = run("-c", FIND, path=installed, folder=tmp_path).splitlines()
    assert found == ["log team wall", "log team"]


def test_it_passes_the_contract_by_its_own_test(installed: Path, project: Path) -> None:
    (project / "livechat_wall.py").unlink()  # the installed one is to be tested
    told = run("-m", "pytest", "-q", "-p", "no:cacheprovider", path=installed, folder=project)
    found = re.search(r"(\d+) passed", told)
    assert found
    assert int(found[1]) >= 12  # on both backends
    assert "failed" not in told


def test_it_is_short() -> None:
    lines = [line for file in PLUGIN.glob("*.py") for line in file.read_text().splitlines()]
    assert len(lines) < 40
