"""Reads a pickle that is too large for memory: hands over the entries of one of its dicts as soon as each is whole.

An interpreter of what pickles of protocol 2 hold of plain data. Where the usual one would keep everything until the
end, this one forgets an entry that has been handed over, and the parts of it. Nothing that a pickle names is run, but
for what _pickles.py allows.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import cache
from mmap import mmap
from pickle import UnpicklingError
from typing import Any, cast

from nassim.importers._pickles import Pickled, harmless

Take = Callable[[Pickled, Pickled], None]
OWN = "@"  # in texts that belong to one entry alone, such as x-valid@199: they are forgotten with it
PAIR = 2  # a key and its value
MOST = 3  # of protocols
LARGEST = 1 << 28  # bytes of a text or number
NUMBERED = re.compile(rb"(?:K.G.{8})+", re.DOTALL)  # small numbers, and the double that is the value of each
NAMED_ONE = rb"X(.)\0\0\0([\w.-]{1,40}@\d{1,4})r(.{4})G(.{8})"  # an own text, its place in the memo, and a double
NAMED = re.compile(NAMED_ONE.replace(b"(", b"(?:").join([b"(?:", b")+"]), re.DOTALL)
EACH_NAMED = re.compile(NAMED_ONE, re.DOTALL)
PAIR_BYTES = 11  # of one that is numbered


class PickleStream:
    """One pickle in `data`, from the place `at` on; the items of its dict `part` go to `take`: each is a dict."""

    def __init__(self, data: bytes | mmap, at: int, part: str, take: Take) -> None:
        self.data, self.at, self.part, self.take = data, at, part, take
        self.stack: list[Any] = []
        self.marks: list[int] = []  # places in the stack
        self.memo: dict[int, Any] = {}
        self.fresh: list[int] = []  # of the memo, what belongs to the entry that is being read
        self.level = 0  # how many marks there are within the part; 0 = outside

    def read(self) -> Pickled:
        """Return what the pickle holds, without the items that were handed over.

        Raises:
            UnpicklingError: Says what is wrong.
        """
        steps = {ord(code): step for code, step in STEPS.items()}
        try:
            while True:
                code = self.data[self.at]
                self.at += 1
                if code == STOP:
                    found: Pickled = self.stack.pop()
                    return found
                steps[code](self)
        except KeyError as error:
            raise UnpicklingError(f"byte {self.at}: {error!s:.40} is not known here") from error
        except (IndexError, ValueError, TypeError, OverflowError, struct.error, AttributeError) as error:
            raise UnpicklingError(f"byte {self.at}: {type(error).__name__}: {error}") from error

    def push(self, value: Pickled) -> None:
        """Put a value on the stack; what begins after a whole entry of the part makes room first."""
        within = self.level and len(self.marks) == self.level and len(self.stack) - self.marks[-1] == PAIR
        if within and isinstance(self.stack[-1], dict) and self.stack[-1]:
            self.hand_over()
        self.stack.append(value)

    def hand_over(self) -> None:
        """Hand over the entry on top of the stack, and forget it."""
        value, key = self.stack.pop(), self.stack.pop()
        self.take(key, value)
        self.forget()

    def forget(self) -> None:
        """Forget what belonged to the entry."""
        for place in self.fresh:
            self.memo.pop(place, None)
        self.fresh.clear()

    def bytes_(self, length: int) -> bytes:
        """Return the next bytes."""
        found: bytes = self.data[self.at : self.at + length]
        if length > LARGEST or len(found) < length:
            raise UnpicklingError(f"byte {self.at}: it ends too early")
        self.at += length
        return found

    def number(self, letter: str) -> int:
        """Return the next whole number."""
        found: int = struct.unpack("<" + letter, self.bytes_(struct.calcsize("<" + letter)))[0]
        return found

    def line(self) -> str:
        """Return what comes before the next line end."""
        end = self.data.find(b"\n", self.at, self.at + 200)
        found = self.bytes_(end - self.at).decode("ascii")
        self.at += 1
        return found

    def remember(self, place: int) -> None:
        """Put the top of the stack into the memo."""
        value = self.stack[-1]
        own = OWN in value if isinstance(value, str) else isinstance(value, dict | list | set | tuple)
        if self.level and own and place not in self.memo:
            self.fresh.append(place)
        self.memo[place] = value

    def recall(self, place: int) -> None:
        """Put what the memo has on the stack."""
        if place not in self.memo:
            raise UnpicklingError(f"byte {self.at}: it refers to a part of another entry")
        self.push(self.memo[place])

    def mark(self) -> None:
        """Begin a group, unless it is one of the part, of numbers by number or text."""
        self.marks.append(len(self.stack))
        if self.level:
            while self._numbered() or self._named():
                pass
        elif self.stack[-2:-1] == [self.part] and isinstance(self.stack[-1], dict):
            self.level = len(self.marks)

    def group(self) -> list[Any]:
        """End a group and return its values."""
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def set_items(self) -> None:
        """Put a group of keys and values into the dict below it."""
        within = self.level and len(self.marks) == self.level
        values = self.group()
        items = zip(values[::2], values[1::2], strict=True)
        if not within:
            self.stack[-1].update(items)
            return
        for key, value in items:
            self.take(key, value)
        self.forget()
        self.level = 0

    def set_item(self) -> None:
        """Put a key and a value into the dict below them."""
        value, key = self.stack.pop(), self.stack.pop()
        if not self.level and self.stack[-2:-1] == [self.part]:
            self.take(key, value)
        else:
            self.stack[-1][key] = value

    def reduce(self) -> None:
        """Make what a harmless name makes of its arguments."""
        arguments, made = self.stack.pop(), self.stack.pop()
        self.stack.append(made(*arguments))

    def build(self) -> None:
        """Give an object its state."""
        state = self.stack.pop()
        self.stack[-1].__setstate__(state)

    def _numbered(self) -> bool:
        """Read all small numbers with doubles that come next at once: a third of a record is such."""
        run = NUMBERED.match(self.data, self.at)
        if run is None:
            return False
        self.stack += _pairs(len(run[0]) // PAIR_BYTES).unpack(run[0])
        self.at = run.end()
        return True

    def _named(self) -> bool:
        """Read all own texts with doubles that come next at once: nearly all of the rest is such."""
        run = NAMED.match(self.data, self.at)
        if run is None:
            return False
        lengths, raw, places, values = zip(*EACH_NAMED.findall(run[0]), strict=True)
        if [*map(len, raw)] != [*b"".join(lengths)]:
            return False
        texts = b" ".join(raw).decode("ascii").split(" ")
        pairs: list[str | float] = [0.0] * (2 * len(texts))
        pairs[::2], pairs[1::2] = texts, struct.unpack(f">{len(texts)}d", b"".join(values))
        self.stack += pairs
        numbers = struct.unpack(f"<{len(texts)}I", b"".join(places))
        self.memo.update(zip(numbers, texts, strict=True))
        self.fresh += numbers
        self.at = run.end()
        return True


@cache
def _pairs(count: int) -> struct.Struct:
    """Return what unpacks so many numbers with doubles."""
    return struct.Struct(">" + "xBxd" * count)


def _tuple(length: int) -> Callable[[PickleStream], None]:
    def step(stream: PickleStream) -> None:
        values = tuple(stream.stack[len(stream.stack) - length :])
        del stream.stack[len(stream.stack) - length :]
        stream.stack.append(values)

    return step


def _check_protocol(number: int) -> None:
    if number > MOST:
        raise UnpicklingError(f"protocol {number} is not known here")


def _extend(stream: PickleStream) -> None:
    values = stream.group()
    stream.stack[-1].extend(values)


def _append(stream: PickleStream) -> None:
    value = stream.stack.pop()
    stream.stack[-1].append(value)


unpack_double = struct.Struct(">d").unpack
STOP = ord(".")
STEPS: dict[str, Callable[[PickleStream], None]] = {
    "\x80": lambda stream: _check_protocol(stream.number("B")),
    "(": PickleStream.mark,
    "}": lambda stream: stream.push({}),
    "]": lambda stream: stream.push([]),
    ")": lambda stream: stream.push(()),
    "N": lambda stream: stream.push(None),
    "\x88": lambda stream: stream.push(True),
    "\x89": lambda stream: stream.push(False),
    "K": lambda stream: stream.push(stream.number("B")),
    "M": lambda stream: stream.push(stream.number("H")),
    "J": lambda stream: stream.push(stream.number("i")),
    "\x8a": lambda stream: stream.push(int.from_bytes(stream.bytes_(stream.number("B")), "little", signed=True)),
    "G": lambda stream: stream.push(*unpack_double(stream.bytes_(8))),
    "X": lambda stream: stream.push(stream.bytes_(stream.number("I")).decode("utf-8", "surrogatepass")),
    "\x8c": lambda stream: stream.push(stream.bytes_(stream.number("B")).decode("utf-8", "surrogatepass")),
    "U": lambda stream: stream.push(stream.bytes_(stream.number("B")).decode("latin1")),
    "C": lambda stream: stream.push(stream.bytes_(stream.number("B"))),
    "B": lambda stream: stream.push(stream.bytes_(stream.number("I"))),
    "c": lambda stream: stream.push(cast("Pickled", harmless(stream.line(), stream.line()))),
    "q": lambda stream: stream.remember(stream.number("B")),
    "r": lambda stream: stream.remember(stream.number("I")),
    "h": lambda stream: stream.recall(stream.number("B")),
    "j": lambda stream: stream.recall(stream.number("I")),
    "u": PickleStream.set_items,
    "s": PickleStream.set_item,
    "a": _append,
    "e": _extend,
    "t": lambda stream: stream.stack.append(tuple(stream.group())),
    "\x85": _tuple(1),
    "\x86": _tuple(2),
    "\x87": _tuple(3),
    "R": PickleStream.reduce,
    "b": PickleStream.build,
}
