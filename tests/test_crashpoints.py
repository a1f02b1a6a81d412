"""Crash points: nothing happens there unless a test asks for it (G1)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from livechat_core import crashpoints
from livechat_core.testing.crash import VARIABLE

PROGRAM = """
import sys
from livechat_core import crashpoints
from livechat_core.testing.crash import install_from_environment
install_from_environment()
for name in "abcabcabc":
    sys.stdout.write(name)
    sys.stdout.flush()
    crashpoints.here(name)
"""


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    crashpoints.install(None)


def test_a_hook_hears_of_every_place_until_it_is_taken_out() -> None:
    passed: list[str] = []
    crashpoints.here("before")
    crashpoints.install(passed.append)
    crashpoints.here("one")
    crashpoints.here("two")
    crashpoints.install(None)
    crashpoints.here("after")

    assert passed == ["one", "two"]


@pytest.mark.parametrize(
    ("asked", "said", "code"),
    [("b:2", "abcab", -signal.SIGKILL), ("a:4", "abcabcabc", 0), ("", "abcabcabc", 0)],
)
def test_the_process_dies_where_and_when_the_environment_says(
    asked: str, said: str, code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, VARIABLE: asked},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == (said, code)
