"""The wheel holds the whole package, with its pages, its SQL and its settings."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.files import ROOT, files

BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def left_out(project: Path, folder: Path) -> list[str]:
    """Build the wheel in a folder and return the files of the package that are not in it."""
    command = [sys.executable, "-c", BUILD, str(folder)]
    built = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(folder / built.stdout.strip()) as wheel:
        inside = set(wheel.namelist())
    there = {path.relative_to(project / "src").as_posix() for path in files(below=project / "src")}
    return sorted(there - inside)


def test_every_file_of_the_package_is_in_the_wheel(tmp_path: Path) -> None:
    assert left_out(ROOT, tmp_path) == []


def test_a_file_that_git_ignores_is_found_missing(tmp_path: Path) -> None:
    package = tmp_path / "src" / "sample"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "page.html").touch()
    (tmp_path / ".gitignore").write_text("page.html\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "sample"\nversion = "1"\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["src/sample"]\n'
    )

    assert left_out(tmp_path, tmp_path) == ["sample/page.html"]
