"""Philox4x32-10 for one run, in plain Python integers: the numbers of nassim.core.random_streams, one at a time."""

from __future__ import annotations

from hashlib import blake2b

WORD = 2**32


def philox4x32(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return one block of random words (Salmon et al., SC 2011, figure 2 and section 3.1)."""
    right0, left0, right1, left1 = counter
    key0, key1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * right0, WORD)
        high1, low1 = divmod(0xCD9E8D57 * right1, WORD)
        right0, left0, right1, left1 = high1 ^ left0 ^ key0, low1, high0 ^ left1 ^ key1, low0
        key0, key1 = (key0 + 0x9E3779B9) % WORD, (key1 + 0xBB67AE85) % WORD
    return right0, left0, right1, left1


class Random:
    """The random numbers of one run: word k is word k % 4 of block k // 4 of the run."""

    def __init__(self, seed: int, name: str, run: int) -> None:
        digest = blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
        self.key = (int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little"))
        self.run = run
        self.drawn = 0

    def word(self) -> int:
        """Return the next random word."""
        block, position = divmod(self.drawn, 4)
        self.drawn += 1
        high, low = divmod(self.run, WORD)
        return philox4x32((block % WORD, 0, low, high), self.key)[position]

    def integer(self, high: int) -> int:
        """Return a random number among 0, ..., high - 1."""
        return self.word() * high // WORD

    def integers(self, high: int, count: int) -> list[int]:
        """Return so many random numbers below `high`; they share words while their combinations are at most 2**16."""
        share = 1
        while share < count and high ** (share + 1) <= 2**16:
            share += 1
        words = [self.word() for _ in range(-(-count // share))]
        drawn: list[int] = []
        for number in range(count):
            digit, words[number % len(words)] = divmod(words[number % len(words)] * high, WORD)
            drawn.append(digit)
        return drawn

    def uniform(self) -> float:
        """Return a random number in (0, 1)."""
        return (self.word() + 0.5) / WORD
