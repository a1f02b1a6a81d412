"""Channels in which staff see notices, and the way out for e-mail."""
