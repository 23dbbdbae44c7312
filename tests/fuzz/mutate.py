"""Mutations: of bytes, and of what the bytes say."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

Generator = np.random.Generator
SPECIAL = (
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b[31m",
    b"[" * 5000,
    b"9" * 4301,
    b"\r\n",
    b'"',
    b"=",
    b"{",
    b"#",
)
WORDS = (
    "",
    " ",
    "$x_$",
    "$\\frac{$",
    "os:abort",
    "evil.py:x",
    "../../etc/passwd",
    "a" * 300,
    "\x00",
    "\u202etxt",
    "nan",
)
NUMBERS = (0, -1, 1, 10**12, 2**63, 10**400, 0.5, 1.9, -0.0, 1e308, float("nan"), float("inf"), True)


def mangled(data: bytes, random: Generator) -> bytes:
    """Return bytes of which some are changed, lost, doubled or put in."""
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 4))):
        place, length = int(random.integers(len(changed) + 1)), int(random.integers(1, 40))
        match int(random.integers(6)):
            case 0 if changed:
                changed[min(place, len(changed) - 1)] = int(random.integers(256))
            case 1:
                del changed[place : place + length]
            case 2:
                del changed[place:]
            case 3:
                changed[place:place] = changed[place : place + length]
            case 4:
                changed[place:place] = SPECIAL[int(random.integers(len(SPECIAL)))]
            case _:
                changed[place:place] = random.bytes(length)
    return bytes(changed)


def altered(tree: Any, random: Generator) -> Any:
    """Return a copy of plain values, as JSON or TOML have them, with one to three of them changed."""
    found = copy.deepcopy(tree)
    for _ in range(int(random.integers(1, 4))):
        places = list(_places(found))
        if places:
            _alter(*places[int(random.integers(len(places)))], random)
    return found


def other(value: Any, random: Generator) -> Any:
    """Return something that may stand where a value did, and mostly must not."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    moved = [value - 1, value + 1, value + 1000] if number else []
    pools = (WORDS, NUMBERS, ([value], {"x": value}, str(value)), ([], {}), moved or WORDS)
    pool = pools[int(random.integers(len(pools)))]
    return pool[int(random.integers(len(pool)))]


def _places(tree: Any) -> Any:
    """Yield every (container, key)."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield tree, key
        yield from _places(value)


def _alter(container: Any, key: Any, random: Generator) -> None:
    match int(random.integers(5)):
        case 0:
            del container[key]
        case 1 if isinstance(container, dict):
            container[f"{key}s"] = container.pop(key)
        case 2 if isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        case _:
            container[key] = other(container[key], random)
