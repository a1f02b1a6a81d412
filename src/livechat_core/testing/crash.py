"""Ending this process at a named crash point, for tests that prove nothing is lost there (G1).

The environment variable ``LIVECHAT_CRASH=name:n`` ends the process by SIGKILL the n-th time it
comes to that point.
"""

import os
import signal

from livechat_core import crashpoints

VARIABLE = "LIVECHAT_CRASH"


def install_from_environment() -> None:
    """Install what the environment asks for, if it asks for anything."""
    name, _, count = os.environ.get(VARIABLE, "").partition(":")
    if not name:
        return
    left = int(count or 1)

    def hook(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    crashpoints.install(hook)
