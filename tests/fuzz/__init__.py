"""Feeds nassim mutated files and holds it to its promise: one message, at once, in little memory, nothing half-written.

`python -m tests.fuzz study|results|importers|all --inputs 2000 --seed 0` tries so many of each; CI tries 200.
"""
