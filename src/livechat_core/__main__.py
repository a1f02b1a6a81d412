"""`python -m livechat_core` is the command `livechat`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
