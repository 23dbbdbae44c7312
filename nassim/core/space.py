"""Space: what an architecture may be. An architecture is a row of small integers, one choice per gene."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from math import prod
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nassim.core.arrays import Archs, Floats, GeneType, Ids, Rows
from nassim.core.errors import ArchitectureError, SettingError, suggest
from nassim.core.genes import MOST, as_options, check_shape, narrow, official_indices
from nassim.core.hashing import hash_archs
from nassim.core.html import facts
from nassim.core.random_streams import HALF, LOW, Streams, packed
from nassim.core.renamed import renamed_members


class Link(NamedTuple):
    """An arrow of a drawing."""

    part: str  # what is drawn apart, such as the cell; "" = all is one drawing
    source: str
    target: str
    operation: str  # what the arrow does; "" = it only hands on


@renamed_members(alive="option_mask")
class Space(ABC):
    """A product of choices per gene; override what a particular space does differently.

    A subclass names its genes and the options of each, and gives the benchmark's own text form both ways.
    """

    name: ClassVar[str]
    genes: ClassVar[tuple[str, ...]]
    options: ClassVar[tuple[tuple[str, ...], ...]]
    networks: ClassVar[int | None] = None  # how many differ, where there are too many architectures to count them
    mutations: ClassVar[tuple[str, ...]] = ("uniform",)
    loose: ClassVar[tuple[str, ...]] = ()  # of the mutations, those that may change several genes, or none
    encodings: ClassVar[tuple[str, ...]] = ("onehot",)  # a space with a `graph` adds "graph"
    skip: ClassVar[str | None] = None  # the option, if there is one, that hands its input on as it is

    @abstractmethod
    def show(self, arch: Archs) -> str:
        """Return the official text of one architecture, a row (genes,)."""

    @abstractmethod
    def parse(self, text: str) -> Archs:
        """Return the row (genes,) of an official text.

        Raises:
            ArchitectureError: Says what is wrong with it.
        """

    def _repr_html_(self) -> str:
        genes = "; ".join(f"{gene}: {', '.join(its)}" for gene, its in zip(self.genes, self.options, strict=True))
        networks = "" if self.networks is None else f"{self.networks:,}"
        return facts(self.name, {"architectures": f"{self.size:,}", "networks": networks, "genes": genes})

    @cached_property
    def choices(self) -> tuple[int, ...]:
        """How many options each gene has."""
        return tuple(len(options) for options in self.options)

    @cached_property
    def widest(self) -> int:
        """The largest number of options of any gene."""
        return max(self.choices)

    @cached_property
    def dtype(self) -> GeneType:
        """The type of architectures: int8, or int16 for more than 127 options; SettingError for more than 32,767."""
        if self.widest > MOST:
            gene = self.genes[self.choices.index(self.widest)]
            raise SettingError(f"space {self.name}: gene {gene} has {self.widest:,} options, at most {MOST:,} can be")
        return narrow(self.widest)

    @cached_property
    def size(self) -> int:
        """How many architectures there are, isomorphic ones counted apart."""
        return prod(self.choices)

    @cached_property
    def listed(self) -> bool:
        """Whether ids count the architectures, from 0: an int64 holds so many."""
        return self.size <= np.iinfo(np.int64).max

    @property
    def no_id(self) -> int:
        """A number that no architecture has as its id: the first beyond them."""
        return min(self.size, int(np.iinfo(np.int64).max))

    @cached_property
    def option_mask(self) -> NDArray[np.bool_]:
        """Which options exist, shape (genes, widest)."""
        return np.arange(self.widest) < np.array(self.choices)[:, None]

    @cached_property
    def skips(self) -> NDArray[np.bool_]:
        """Which options hand their input on as it is, shape (genes, widest)."""
        skips = np.zeros((len(self.options), self.widest), dtype=np.bool_)
        for mine, options in zip(skips, self.options, strict=True):
            mine[: len(options)] = [option == self.skip for option in options]
        return skips

    @cached_property
    def unconnected(self) -> Archs:
        """All architectures that are known to have no path from input to output, (n, genes): they can only guess."""
        return np.empty((0, len(self.genes)), dtype=self.dtype)

    def sample(self, rows: Rows, streams: Streams) -> Archs:
        """Return one uniformly drawn architecture per row, shape (m, genes).

        Genes share a word while their options multiply to at most 2**16: bias below 2**-16, as in `integers`.
        """
        word, product = self._packing
        words = streams.random_words(rows, int(word[-1]) + 1).T.astype(np.uint64)
        number = (words[word] * product >> HALF).astype(np.uint16)  # of all genes up to this one
        return (number % self._counts.astype(np.uint16)).astype(self.dtype).T

    def mutate(self, archs: Archs, rows: Rows, streams: Streams, how: str = "uniform") -> Archs:
        """Return copies with one gene, drawn uniformly, set to another of its options, shape (m, genes).

        One word chooses both: its high part the gene, what is left of it the option.
        """
        self.check_mutation(how)
        word = streams.random_words(rows, 1)[:, 0].astype(np.uint64) * np.uint64(self._free.size)
        gene = self._free.take((word >> HALF).view(np.int64))
        word = (word & LOW) * self._steps.take(gene).view(np.uint64) >> HALF
        return self._shift(archs, gene, 1 + word.view(np.int64))

    def crossover(self, first: Archs, second: Archs, rows: Rows, streams: Streams) -> Archs:
        """Return children that take each gene from either parent with equal chance, shape (m, genes)."""
        genes = first.shape[1]
        words = streams.random_words(rows, (genes + 31) // 32).T
        gene = np.arange(genes)
        bits = words[gene // 32] >> (gene % 32).astype(np.uint32)[:, None]
        other = bits.astype(np.int8) & np.int8(1)
        return first + other.T * (second - first)

    def degree(self, archs: Archs) -> Ids:
        """Return how many neighbours each architecture has, shape (n,)."""
        return np.full(len(archs), self._ends[-1])

    def neighbour(self, archs: Archs, which: Ids) -> Archs:
        """Return neighbour number `which` (n,), 0 <= which < degree, of each architecture, shape (n, genes)."""
        gene = np.searchsorted(self._ends, which, side="right")
        return self._shift(archs, gene, 1 + which - (self._ends - self._steps)[gene])

    def neighbours(self, arch: Archs) -> Archs:
        """Return all architectures one edit away from one row (genes,), shape (k, genes)."""
        count = int(self.degree(arch[None])[0])
        return self.neighbour(np.repeat(arch[None], count, axis=0), np.arange(count))

    def index(self, archs: Archs) -> Ids:
        """Return one id per architecture, (n,): its number in mixed radix, first gene first; a hash if not `listed`."""
        if not self.listed:
            return hash_archs(archs)
        return (archs.astype(self._weights.dtype) @ self._weights).astype(np.int64)

    def at(self, index: Ids) -> Archs:
        """Return the architectures of these ids, shape (n, genes): the inverse of `index`, where they are `listed`."""
        if not self.listed:
            raise SettingError(f"space {self.name} has more architectures than there are numbers: give their texts")
        index = np.asarray(index, dtype=np.int64)
        archs: Archs = (index[..., None] // self._radix % np.array(self.choices)).astype(self.dtype)
        return archs

    def representative(self, archs: Archs) -> Archs:
        """Return for each architecture the one that stands for all computing the same network."""
        return archs

    def canonical(self, archs: Archs) -> Ids:
        """Return one id per network, equal for isomorphic architectures: the representative's index, shape (n,)."""
        return self.index(self.representative(archs))

    def encode(self, archs: Archs, encoding: str = "onehot") -> Floats:
        """Return features for learning, shape (n, features): one-hot, one per gene and option, or those of `graph`."""
        self.check_encoding(encoding)
        if encoding == "graph":
            return self.graph(archs)
        hot = archs[:, :, None] == np.arange(self.widest)
        features: Floats = hot[:, self.option_mask].astype(np.float64)
        return features

    def feature_names(self, encoding: str = "onehot") -> tuple[str, ...]:
        """Return what the columns of `encode` are, such as 0->1=skip_connect."""
        self.check_encoding(encoding)
        if encoding == "graph":
            return self.graph_names
        return tuple(
            f"{gene}={option}" for gene, options in zip(self.genes, self.options, strict=True) for option in options
        )

    def graph(self, archs: Archs) -> Floats:
        """Return what a network engineer would compute of each architecture, (n, features), equal for one network."""
        raise SettingError(f"space {self.name} has no graph features for {len(archs)} architectures")

    @cached_property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        return ()

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return the graph that a row (genes,) stands for, sources before targets; none = a list of choices says it."""
        edges = [gene.split("->") for gene in self.genes]
        if any(len(edge) != 2 for edge in edges):  # noqa: PLR2004  (from, to)
            return ()
        names = [options[choice] for options, choice in zip(self.options, arch.tolist(), strict=True)]
        return tuple(Link("", source, target, name) for (source, target), name in zip(edges, names, strict=True))

    def valid(self, archs: Archs) -> NDArray[np.bool_]:
        """Return which rows are architectures of this space, shape (n,).

        Where not every combination of options is one, those that are not fail when they are trained; `sample`,
        `mutate`, `crossover` and neighbours give none of them.
        """
        valid: NDArray[np.bool_] = np.all((archs >= 0) & (archs < np.array(self.choices)), axis=1)
        return valid

    def check(self, archs: Archs) -> None:
        """Raise ArchitectureError unless `archs` is an (n, genes) array of options of this space's genes."""
        check_shape(archs.shape, len(self.genes), self.name)
        if archs.dtype == self.dtype:
            columns = zip(archs.view(f"u{archs.itemsize}").T, self.choices, strict=True)  # what is negative is large
            if all(gene.max(initial=0) < count for gene, count in columns):
                return  # the usual case, ten times as fast
        wrong = ~Space.valid(self, archs)
        if wrong.any():
            raise ArchitectureError(f"{archs[wrong.argmax()].tolist()} is no architecture of {self.name}")

    def cast(self, archs: ArrayLike) -> Archs:
        """Return architectures given as whole numbers of any type, (n, genes), in the type of this space.

        Raises:
            ArchitectureError: Names the first value that is no option of its gene, such as 1.9, nan or a text.
        """
        return as_options(archs, self.choices, self.genes, self.name).astype(self.dtype)

    def check_official(self, index: ArrayLike) -> Ids:
        """Return official indices (n,) after checking that there are so many.

        Raises:
            ArchitectureError: Names one too high.
        """
        return official_indices(index, self.size)

    def check_mutation(self, how: str) -> None:
        """Raise SettingError unless this space can mutate in the way named."""
        if how not in self.mutations:
            raise SettingError(f"space {self.name} has no mutation {how!r}{suggest(how, self.mutations)}")

    def check_encoding(self, encoding: str) -> None:
        """Raise SettingError unless this space has the encoding named."""
        if encoding not in self.encodings:
            raise SettingError(f"space {self.name} has no encoding {encoding!r}{suggest(encoding, self.encodings)}")

    @cached_property
    def _radix(self) -> Ids:
        return np.array([prod(self.choices[gene + 1 :]) for gene in range(len(self.choices))], dtype=np.int64)

    @cached_property
    def _weights(self) -> Ids | Floats:
        """The radix, as floating point while that is exact: numpy multiplies such matrices far faster."""
        return self._radix.astype(np.float64) if self.size <= 2**53 else self._radix

    @cached_property
    def _counts(self) -> Archs:
        """`choices` as a column, shape (genes, 1)."""
        return np.array(self.choices, dtype=self.dtype)[:, None]

    @cached_property
    def _packing(self) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
        """How the genes share the words of `sample`."""
        return packed(self.choices)

    @cached_property
    def _steps(self) -> Ids:
        return np.array(self.choices) - 1

    @cached_property
    def _ends(self) -> Ids:
        return np.cumsum(self._steps)

    @cached_property
    def _free(self) -> Ids:
        return np.flatnonzero(self._steps)

    def _shift(self, archs: Archs, gene: Ids, by: Ids) -> Archs:
        """Return copies whose `gene` (n,) has moved on `by` options (n,), cyclically."""
        number = narrow(len(self.choices))
        chosen = np.arange(len(self.choices), dtype=number)[:, None] == gene.astype(number)
        back = (by - self._steps.take(gene) - 1).astype(self.dtype)  # going back instead never overflows
        moved: Archs = archs.T + chosen * back
        moved += (moved < 0) * self._counts
        return moved.T
