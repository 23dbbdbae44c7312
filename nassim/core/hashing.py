"""Hashing: random numbers that depend on what is hashed alone. One hash, one uniform and one normal number of it.

Who hashes the same words under several salts, or with a run's training seed, gets numbers that are independent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nassim.core.arrays import Archs, Floats, Ids, Ints, RandomWords

GOLDEN = np.uint32(0x9E3779B9)  # 2**32 / golden ratio: spreads consecutive ids before they are hashed
SPLITMIX = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)


def hash32(words: RandomWords) -> RandomWords:
    """Return a well-mixed hash of each 32-bit word (the MurmurHash3 finaliser)."""
    mixed = words ^ (words >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def words_of(ids: Ids) -> RandomWords:
    """Return a word of each id below 2**63, in which the upper half is hashed."""
    low, high = ids.astype(np.uint32), (ids >> 32).astype(np.uint32)
    return low ^ hash32(high)


def below(words: RandomWords, high: ArrayLike) -> Ints:
    """Return a whole number in [0, high) of each word, by multiply and shift; `high` broadcasts against the words."""
    return (words.astype(np.uint64) * np.asarray(high).astype(np.uint64) >> np.uint64(32)).view(np.int64)


def uniform_of(words: RandomWords) -> Floats:
    """Return a number in the open interval (0, 1) of each word."""
    numbers: Floats = words * np.float64(2.0**-32) + 2.0**-33
    return numbers


def normal_of(words: RandomWords) -> Floats:
    """Return a standard normal number of each word."""
    from scipy.special import ndtri  # slow to import, and what hashes need not be normal

    numbers: Floats = ndtri(uniform_of(words))
    return numbers


def replica_of(ids: Ids, training_seed: RandomWords, counts: Ids) -> Ids:
    """Return which of an architecture's `counts` (m,) trainings a run of this seed (m,) sees: a hash of both, (m,)."""
    return below(hash32(ids.astype(np.uint32) * GOLDEN ^ training_seed), counts)


def hash_archs(archs: Archs) -> Ids:
    """Return a hash of each architecture, a number below 2**63, shape (n,); of its genes alone, whatever their type.

    Each gene is mixed in as SplitMix64 does (Steele, Lea and Flood, OOPSLA 2014).
    """
    found = np.full(len(archs), archs.shape[1], dtype=np.uint64)
    for gene in archs.T:
        found += gene.astype(np.uint64) + SPLITMIX[0]
        found = (found ^ (found >> np.uint64(30))) * SPLITMIX[1]
        found = (found ^ (found >> np.uint64(27))) * SPLITMIX[2]
        found ^= found >> np.uint64(31)
    return (found >> np.uint64(1)).astype(np.int64)
