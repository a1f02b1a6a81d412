"""Carrying the wire protocol: each transport translates between a web framework and `Session`.

Modules of this folder know no framework and are for all of them; each framework has a package of
its own.
"""
