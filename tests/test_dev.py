"""The development script: what can be shown without making an environment."""

import ast
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "dev.py"


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module whose environment would lie in an empty folder."""
    spec = importlib.util.spec_from_file_location("dev_under_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / "dev.json")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    return module


def test_an_old_python_can_read_the_script() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_old_python_is_told_what_is_needed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))

    with pytest.raises(SystemExit) as ended:
        dev.main(["test"])

    assert ended.value.code == 2
    assert "Python 3.11 or newer is needed; this is Python 3.8.18" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )

    with pytest.raises(SystemExit):
        dev.make()

    said = capsys.readouterr().err
    assert f"no module {module} " in said
    assert "apt install python3-venv" in said


def test_without_a_verb_the_verbs_are_listed(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.main([])

    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(
        f"\n  {verb}" in said for verb in ("demo", "test", "check", "docs", "bench", "mutants")
    )


def test_an_unknown_verb_is_refused(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.main(["fly"])

    assert ended.value.code == 2
    assert "no verb 'fly'" in capsys.readouterr().err


def test_an_installation_is_used_again_until_the_project_file_changes(dev: ModuleType) -> None:
    key = dev.fingerprint()
    assert dev.installed(key) == set()

    dev.STAMP.write_text(json.dumps({"key": key, "parts": ["demo"]}), encoding="utf-8")

    assert dev.installed(key) == {"demo"}
    assert dev.installed("another project file") == set()


def test_a_broken_note_or_a_lost_python_means_nothing_is_installed(dev: ModuleType) -> None:
    key = dev.fingerprint()
    dev.STAMP.write_text('{"key": "', encoding="utf-8")
    assert dev.installed(key) == set()

    dev.STAMP.write_text(json.dumps({"key": key, "parts": ["demo"]}), encoding="utf-8")
    dev.PYTHON = dev.VENV / "bin" / "python"
    assert dev.installed(key) == set()
    assert not dev.works()


def test_variables_that_mislead_python_or_pip_are_left_behind(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONPATH", "PYENV_VERSION", "PIP_USER", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")

    inside = dev.environment()

    assert not {"PYTHONPATH", "PYENV_VERSION", "PIP_USER"} & set(inside)
    assert inside["VIRTUAL_ENV"] == str(dev.VENV)
    assert inside["PATH"].split(os.pathsep)[0] == str(dev.BIN)
    assert inside["PIP_INDEX_URL"] == "kept"


class Became(Exception):
    """What the script turned into."""


@pytest.fixture
def became(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def execve(_: str, command: list[str], variables: dict[str, str]) -> None:
        raise Became(command, variables)

    monkeypatch.setattr(dev.os, "execve", execve)
    monkeypatch.delenv("COVERAGE_FILE", raising=False)  # this very run may have it
    monkeypatch.setattr(dev, "prepare", lambda verb: None)  # noqa: ARG005 - the script's own name


@pytest.mark.usefixtures("became")
@pytest.mark.parametrize(
    ("arguments", "whole"),
    [([], True), (["--slow"], True), (["tests/house"], False), (["-k", "chat"], False)],
)
def test_only_the_whole_suite_must_cover_layers_0_to_2(
    dev: ModuleType,
    arguments: list[str],
    whole: bool,  # noqa: FBT001
) -> None:
    with pytest.raises(Became) as ended:
        dev.main(["test", *arguments])

    command, variables = ended.value.args
    assert command[:3] == [str(dev.PYTHON), "-m", "pytest"]
    assert command[3 : 3 + len(arguments)] == arguments
    assert ("--cov-fail-under=100" in command) == whole
    assert ("COVERAGE_FILE" in variables) == whole


@pytest.mark.usefixtures("became")
def test_the_demo_gets_its_arguments_and_the_callers_folder(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Became) as ended:
        dev.main(["demo", "--port", "0", "--data", "here", "--no-browser"])

    command, _ = ended.value.args
    assert command[1:] == ["demo", "--port", "0", "--data", "here", "--no-browser"]
    assert Path.cwd() == tmp_path
