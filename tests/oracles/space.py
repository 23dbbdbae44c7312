"""What search needs of a product space, in plain Python: an architecture is a tuple with one choice per gene."""

from __future__ import annotations

from tests.oracles.random import WORD, Random

Arch = tuple[int, ...]


class PlainSpace:
    """Genes with so many choices each."""

    def __init__(self, choices: tuple[int, ...]) -> None:
        self.choices = choices

    def sample(self, random: Random) -> Arch:
        """Return a random architecture; genes share a word while their choices multiply to at most 2**16."""
        arch: list[int] = []
        word, combinations = random.word(), 1
        for choices in self.choices:
            combinations *= choices
            if combinations > 2**16:
                word, combinations = random.word(), choices
            arch.append(word * combinations // WORD % choices)
        return tuple(arch)

    def mutate(self, arch: Arch, random: Random, how: str = "uniform") -> Arch:
        """Return a copy with one gene changed."""
        if how == "node":
            edge = self._edge(random)
            return self._changed(arch, edge, 1 + random.integer(self.choices[edge] - 1))
        changeable = [gene for gene, choices in enumerate(self.choices) if choices > 1]
        position, rest = divmod(random.word() * len(changeable), WORD)
        gene = changeable[position]
        return self._changed(arch, gene, 1 + rest * (self.choices[gene] - 1) // WORD)

    def crossover(self, first: Arch, second: Arch, random: Random) -> Arch:
        """Return a child: for each gene one bit, lowest first, says which parent it comes from."""
        child = []
        for gene in range(len(first)):
            if gene % 32 == 0:
                bits = random.word()
            child.append((second if bits & 1 else first)[gene])
            bits >>= 1
        return tuple(child)

    def neighbours(self, arch: Arch) -> list[Arch]:
        """Return all architectures one gene away: gene by gene, the next option first."""
        return [self._changed(arch, gene, by) for gene, choices in enumerate(self.choices) for by in range(1, choices)]

    def number(self, arch: Arch) -> int:
        """Return how many architectures come before this one in alphabetical order."""
        number = 0
        for choice, choices in zip(arch, self.choices, strict=True):
            number = number * choices + choice
        return number

    @staticmethod
    def _edge(random: Random) -> int:
        """Return an edge of a NAS-Bench-201 cell as its authors draw it: a node, then one of its inputs."""
        edges_into = [[0], [1, 2], [3, 4, 5]]
        edges = edges_into[random.integer(3)]
        return edges[random.integer(len(edges))]

    def _changed(self, arch: Arch, gene: int, by: int) -> Arch:
        option = (arch[gene] + by) % self.choices[gene]
        return (*arch[:gene], option, *arch[gene + 1 :])
