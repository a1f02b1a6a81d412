"""Mutants: the pure rules with one small mistake each, to see whether their tests find it."""
