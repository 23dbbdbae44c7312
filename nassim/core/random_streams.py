"""One counter-based random stream per run: Philox4x32-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405).

Draw k of run r depends on (seed, name, r, k) alone: it is word k % 4 of the Philox block with counter
(k // 4, 0, r, r >> 32) under a key hashed from (seed, name). So no result depends on how many runs are
simulated together, in which order, or on how many processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nassim.core.arrays import Floats, RandomWords, Rows
from nassim.core.hashing import below, uniform_of
from nassim.core.renamed import renamed_members, renamed_names

Blocks = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
PACK = 1 << 16  # how many combinations of small integers one random word may choose among
AHEAD = 1 << 14  # Philox blocks computed at once: enough to hide numpy's call overhead, small enough for cache
MOST = 1 << 8  # blocks computed at once for one run: thousands of single runs must fit into memory


def philox4x32(counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int]) -> Blocks:
    """Return the four words of the Philox4x32-10 blocks of broadcast counters, each as 64-bit integers < 2**32.

    `counter` holds the four 32-bit counter words, each an array or number; `key` the two 32-bit key words.
    """
    words = (np.asarray(word, dtype=np.uint64) for word in counter)
    c0, c1, c2, c3 = (np.array(word) for word in np.broadcast_arrays(*words))
    first, second = (np.uint64(multiplier) for multiplier in MULTIPLIERS)
    for number in range(10):
        k0, k1 = (np.uint64((key[i] + number * WEYL[i]) & 0xFFFFFFFF) for i in (0, 1))
        c0 *= first
        c2 *= second
        c1 ^= c2 >> HALF
        c1 ^= k0
        c3 ^= c0 >> HALF
        c3 ^= k1
        c0 &= LOW
        c2 &= LOW
        c0, c1, c2, c3 = c1, c2, c3, c0
    return c0, c1, c2, c3


def key_of(seed: int, name: str) -> tuple[int, int]:
    """Return the Philox key of a study seed and a stream's name."""
    digest = blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def packed(choices: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return each gene's random word (genes,), and the product of options up to it in that word (genes, 1)."""
    packing = [(0, 1)]
    for options in choices:
        word, product = packing[-1]
        packing.append((word, product * options) if product * options <= PACK else (word + 1, options))
    words, products = zip(*packing[1:], strict=True)
    return np.array(words), np.array(products, dtype=np.uint64)[:, None]


@renamed_members(words="random_words")
class Streams:
    """Random draws for many runs; every method takes the acting `rows` and advances only their streams.

    `seed` is the study's seed, `name` says whose draws these are (a strategy's name), `runs` the run numbers;
    `begin` is the number of the first draw.
    """

    def __init__(self, seed: int, name: str, runs: ArrayLike, begin: int = 0) -> None:
        self.ids = np.asarray(runs, dtype=np.int64)
        self.runs = self.ids.size
        self._origin = (seed, name)
        self._key = key_of(seed, name)
        self._start = np.full(self.runs, begin, dtype=np.int64)  # draw number of each window's first word
        self._used = np.zeros(self.runs, dtype=np.int64)  # words taken from each window
        self._level: int | None = 0  # the common value of _used while all runs stand at the same draw
        self._window = np.empty((0, self.runs), dtype=np.uint32)  # (width, runs): one draw's words lie together

    def random_words(self, rows: Rows, count: int) -> RandomWords:
        """Return the next `count` 32-bit words of each row's stream, shape (m, count)."""
        if self._level is not None and rows.size == self.runs:
            return self._words_of_all(count).T
        return self._words_of_some(rows, count).T

    def integers(self, rows: Rows, high: ArrayLike, count: int | None = None) -> NDArray[np.int64]:
        """Return integers in [0, high), shape (m,) or (m, count); `high` broadcasts against that shape.

        One word each, by multiply and shift (Lemire, 2019) without rejection: bias below high / 2**32. With a plain
        number as `high` and a count, integers share words, see `_shared`: bias below 2**-16.
        """
        if count is None:
            return below(self.random_words(rows, 1)[:, 0], high)
        if np.ndim(high) == 0 and count > 0:
            return self._shared(rows, int(np.asarray(high)), count)
        return below(self.random_words(rows, count), high)

    def uniform(self, rows: Rows, count: int | None = None) -> Floats:
        """Return uniform numbers in the open interval (0, 1), shape (m,) or (m, count); one word each."""
        numbers = uniform_of(self.random_words(rows, 1 if count is None else count))
        return numbers[:, 0] if count is None else numbers

    def only(self, row: int) -> Streams:
        """Return the rest of one run's stream, as Streams of that single run."""
        position = self._start[row] + (self._used[row] if self._level is None else self._level)
        return Streams(*self._origin, self.ids[row : row + 1], int(position))

    def _shared(self, rows: Rows, high: int, count: int) -> NDArray[np.int64]:
        """Return integers in [0, high), shape (m, count): each word gives one, then again one of what is left of it.

        So few words are drawn that each chooses among at most 2**16 combinations (Brackett-Rozinsky and Lemire, 2024).
        """
        share = next(share for share in range(count, 0, -1) if share == 1 or high**share <= PACK)
        left = self.random_words(rows, -(-count // share)).T.astype(np.uint64)
        drawn = np.empty((count, rows.size), dtype=np.uint64)
        for start in range(0, count, len(left)):
            part = drawn[start : start + len(left)]
            left *= np.uint64(high)
            np.right_shift(left[: len(part)], HALF, out=part)
            left &= LOW
        return drawn.view(np.int64).T

    def _words_of_all(self, count: int) -> RandomWords:
        level = self._level or 0
        if level + count > len(self._window):
            self._used[:] = level
            self._refill(np.arange(self.runs), count)
            level = int(self._used[0])
        self._level = level + count
        return self._window[level : self._level]

    def _words_of_some(self, rows: Rows, count: int) -> RandomWords:
        if self._level is not None:
            self._used[:] = self._level
            self._level = None
            self._window = self._window.copy()  # words handed out are views of the old one
        short = rows[self._used[rows] + count > len(self._window)]
        if short.size:
            self._refill(short, count)
        used = self._used[rows]
        self._used[rows] = used + count
        words: RandomWords = self._window[used + np.arange(count)[:, None], rows]
        return words

    def _refill(self, rows: Rows, count: int) -> None:
        """Move the windows of `rows` on, each to begin with the Philox block that holds its next draw."""
        width = len(self._window)
        if width < count + 3:  # a window may begin with up to 3 words already used
            width = 4 * max(min(AHEAD // max(1, self.runs), MOST), (count + 6) // 4, 4)
            rows = np.arange(self.runs)
        if rows.size == self.runs:
            self._window = np.empty((width, self.runs), dtype=np.uint32)  # words handed out are views of the old one
        position = self._start[rows] + self._used[rows]
        self._start[rows], self._used[rows] = position // 4 * 4, position % 4
        blocks = position // 4 + np.arange(width // 4)[:, None]
        ids = self.ids[rows]
        where = slice(None) if rows.size == self.runs else rows
        for number, word in enumerate(philox4x32((blocks, 0, ids & 0xFFFFFFFF, ids >> 32), self._key)):
            self._window[number::4, where] = word


if not TYPE_CHECKING:  # mypy takes a module with it for one that has any name
    __getattr__ = renamed_names(__name__, {"Words": "nassim.core.arrays.RandomWords"})
