"""Every page tells the truth: its programs run, its commands and its links exist."""

import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.house import pages
from tests.house.files import ROOT, files

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *files(".md", below=ROOT / "docs")]


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a page's Python blocks as one program in an empty folder."""
    script = folder / "page.py"
    script.write_text(pages.program(text), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(script)]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@cache
def load(path: Path) -> ModuleType:
    """Import a script that lies outside of the package."""
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def exists(tool: str, verb: str) -> bool:
    """Tell whether a command line tool of ours has this verb."""
    if tool == "dev.py":
        return verb in load(ROOT / "dev.py").VERBS
    livechat = Path(sys.executable).with_name("livechat")
    answer = subprocess.run(
        [livechat, verb, "--help"], capture_output=True, timeout=60, check=False
    )
    return answer.returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
class TestPage:
    def test_its_programs_run(self, page: Path, tmp_path: Path) -> None:
        answer = run(page.read_text(encoding="utf-8"), tmp_path)

        assert answer.returncode == 0, (
            f"{page} as a program (page.py has the page's line numbers): {answer.stderr}"
        )

    def test_its_commands_exist(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")

        assert [command for command in pages.commands(text) if not exists(*command)] == []

    def test_its_links_lead_somewhere(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")

        assert [link for link in pages.links(text) if not (page.parent / link).exists()] == []


def test_generated_pages_are_current() -> None:
    build = load(ROOT / "docs" / "build.py")

    assert build.stale() == [], "run: python3 dev.py docs"


SAMPLE = """\
Text with a [link](there.md#part), [another](https://livechat.example/), and a command:

```console
$ python3 dev.py fly
$ livechat  walk --fast
```

```python
number = 1
```

<!-- not run: it needs a customer -->

```python
number = 1 / 0
```

1. A list:

   ```python
   assert number == 2, "line 21"
   ```
"""


def test_a_page_runs_as_one_program_with_its_own_line_numbers(tmp_path: Path) -> None:
    answer = run(SAMPLE, tmp_path)

    assert answer.returncode == 1
    assert 'page.py", line 21' in answer.stderr
    assert run(SAMPLE.replace("number = 1\n", "number = 2\n"), tmp_path).returncode == 0


def test_a_block_is_left_out_only_for_a_reason(tmp_path: Path) -> None:
    answer = run(SAMPLE.replace(": it needs a customer", ""), tmp_path)

    assert "ZeroDivisionError" in answer.stderr


def test_commands_and_links_of_a_page_are_found() -> None:
    assert list(pages.commands(SAMPLE)) == [("dev.py", "fly"), ("livechat", "walk")]
    assert list(pages.links(SAMPLE)) == ["there.md"]
    assert not exists("dev.py", "fly")
    assert not exists("livechat", "walk")
    assert exists("dev.py", "test")
