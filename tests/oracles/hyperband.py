"""Successive halving, Hyperband and BOHB for one run, as their papers' algorithms have them."""

from __future__ import annotations

from math import ceil, floor, inf, isfinite

from tests.oracles.cluster import Job
from tests.oracles.random import Random
from tests.oracles.space import Arch, PlainSpace

Result = tuple[float, Arch]


class Bracket:
    """One successive halving: `sizes` many at the last rungs of `rungs`."""

    def __init__(self, sizes: list[int], rungs: list[int]) -> None:
        self.sizes, self.rungs = sizes, [0, *rungs[len(rungs) - len(sizes) :]]
        self.level = 0
        self.waiting: list[Arch | None] = [None] * sizes[0]  # None = a new one
        self.results: list[Result | None] = []

    def tell(self, place: int, result: Result) -> None:
        """Keep a result; when the rung is complete, promote the best that did not fail."""
        self.results[place] = result
        if self.waiting or None in self.results:
            return
        best = sorted((error, place) for place, (error, _) in enumerate(self.results) if error < inf)
        self.level += 1
        size = self.sizes[self.level] if self.level < len(self.sizes) else 0
        self.waiting = [self.results[place][1] for _, place in best[:size]]
        self.results = []


class SuccessiveHalving:
    """The same bracket again and again."""

    name = "successive_halving"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3, **settings: float) -> None:
        self.space, self.random, self.rungs, self.eta = space, random, rungs, eta
        self.schedule = self.plan()
        self.brackets: list[Bracket] = []
        self.settings = settings

    def plan(self) -> list[list[int]]:
        """Return the sizes of the brackets."""
        count = len(self.rungs)
        return [[self.eta ** (count - 1 - rung) for rung in range(count)]]

    def ask(self) -> Job:
        """Return what the oldest bracket with something to do needs."""
        number = next((number for number, bracket in enumerate(self.brackets) if bracket.waiting), len(self.brackets))
        if number == len(self.brackets):
            self.brackets.append(Bracket(self.schedule[number % len(self.schedule)], self.rungs))
        bracket = self.brackets[number]
        arch = bracket.waiting.pop(0) or self.propose()
        bracket.results.append(None)
        epochs, since = bracket.rungs[bracket.level + 1], bracket.rungs[bracket.level]
        return Job(arch, epochs, since, (number, len(bracket.results) - 1))

    def tell(self, job: Job, error: float) -> None:
        """Hand the result to its bracket."""
        number, place = job.label
        self.brackets[number].tell(place, (error, job.arch))

    def propose(self) -> Arch:
        """Return a random architecture."""
        return self.space.sample(self.random)


class Hyperband(SuccessiveHalving):
    """Algorithm 1 of Li et al., JMLR 2018, with R / r_min = eta**s_max."""

    name = "hyperband"

    def plan(self) -> list[list[int]]:
        """Return the brackets s = s_max, ..., 0."""
        last = len(self.rungs) - 1
        counts = {s: ceil((last + 1) * self.eta**s / (s + 1)) for s in range(last, -1, -1)}
        return [[floor(count * self.eta**-i) for i in range(s + 1)] for s, count in counts.items()]


class Rounded(Hyperband):
    """Hyperband with the brackets of BOHB's and DEHB's programs: K / (s + 1) is rounded down first."""

    def plan(self) -> list[list[int]]:
        """Return the brackets s = s_max, ..., 0."""
        count = len(self.rungs)
        begun = {s: floor(count / (s + 1)) * self.eta**s for s in range(count - 1, -1, -1)}
        return [[begin // self.eta**i for i in range(s + 1)] for s, begin in begun.items()]


class Bohb(Rounded):
    """Algorithms 1 and 2 of Falkner et al., ICML 2018, as hpbandster has them; kernels of statsmodels."""

    name = "bohb"

    def __init__(self, space: PlainSpace, random: Random, rungs: list[int], eta: int = 3, **settings: float) -> None:
        super().__init__(space, random, rungs, eta, **settings)
        self.data: dict[int, list[Result]] = {rung: [] for rung in rungs}
        self.pending: list[Arch] = []

    def ask(self) -> Job:
        """Remember what is being trained."""
        job = super().ask()
        self.pending.append(job.arch)
        return job

    def tell(self, job: Job, error: float) -> None:
        """Keep the result for the model too."""
        super().tell(job, error)
        self.pending.remove(job.arch)
        self.data[job.epochs].append((error, job.arch))

    def propose(self) -> Arch:
        """Return a random architecture, or the best sample of l by g / l that is not being trained, if there is one."""
        fresh, fewest = super().propose(), len(self.space.choices) + 1
        percent = round(100 * self.settings.get("good", 0.15))
        chance = self.random.uniform()
        model: tuple[Density, Density] | None = None
        for results in self.data.values():
            data = [arch for _, arch in sorted(results, key=lambda result: result[0])]
            good = max(fewest, percent * len(data) // 100)
            others = data[good : good + max(fewest, (100 - percent) * len(data) // 100)]
            if len(others) >= fewest:
                model = Density(data[:good], self.space.choices), Density(others, self.space.choices)
        if chance < self.settings.get("random_fraction", 1 / 3) or model is None:
            return fresh
        return self.from_model(*model) or fresh

    def from_model(self, low: Density, high: Density) -> Arch | None:
        """Return the first sample of infinite g / l, or that of the lowest, or None."""
        best, found = inf, None
        drawn = [low.sample(self.random) for _ in range(int(self.settings.get("samples", 64)))]
        for arch in drawn:
            if arch in self.pending:
                continue
            bad, good = max(1e-32, high.at(arch)), max(low.at(arch), 1e-32)  # of a nan, the first
            ratio = bad / good
            if not isfinite(ratio) and isfinite(good):
                return arch
            if ratio < best:
                best, found = ratio, arch
        return found


class Density:
    """A kernel density over categories; a gene's options are those among the data."""

    def __init__(self, data: list[Arch], choices: tuple[int, ...]) -> None:
        self.data, self.choices = data, choices
        scale = 1.06 * len(data) ** (-1 / (4 + len(choices)))
        self.width, self.other = [], []
        for gene in range(len(choices)):
            values = [arch[gene] for arch in data]
            mean = sum(values) / len(values)
            deviation = (sum((value - mean) * (value - mean) for value in values) / len(values)) ** 0.5
            self.width.append(max(scale * deviation, 1e-3))
            levels = len(set(values))
            self.other.append(self.width[-1] / (levels - 1) if levels > 1 else inf)

    def at(self, arch: Arch) -> float:
        """Return the density at an architecture."""
        total = 0.0
        for centre in self.data:
            kernel = 1.0
            for mine, own, width, other in zip(arch, centre, self.width, self.other, strict=True):
                kernel *= 1 - width if mine == own else other
            total += kernel
        return total / len(self.data)

    def sample(self, random: Random) -> Arch:
        """Return a draw: of some datum, each option kept or drawn among all."""
        centre, arch = self.data[int(random.uniform() * len(self.data))], []
        for own, width, count in zip(centre, self.width, self.choices, strict=True):
            number, keep = random.uniform(), max(1 - width, 0.0)
            left = (number - keep) / (1 - keep)
            arch.append(own if left < 0 else int(min(left * count, count - 1)))
        return tuple(arch)
