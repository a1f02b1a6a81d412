"""The wire protocol: who is calling, what may be asked, what is pushed; no input or output."""

from .session import MAX_FRAME as MAX_FRAME, Session as Session, refusal as refusal
