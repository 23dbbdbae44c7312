"""Who judges what was found, which set and which network that is, and on which scale: in sentences, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nassim.core.policies import HandIn, RecommendedSet
from nassim.report.summary import BenchmarkFacts
from nassim.report.wording import listed, significant

OF_ALL = "what nothing dominates of all that it trained"
SETS: Mapping[HandIn | RecommendedSet, str] = {
    "all-trained": OF_ALL,
    "final-population": "what nothing dominates of its population",
}
HAND_IN: Mapping[HandIn | RecommendedSet, str] = {
    "best-feasible": "the lowest error within the limits",
    "best-told": "the lowest error that it was told",
    "knee": "the knee of its front within the limits",
}
POINTS = {
    "max": "the highest of each over {of}",
    "nadir": "the nadir of the exact front",
    "given": "as the study gives it",
}


def judgement(facts: Mapping[str, BenchmarkFacts]) -> str:
    """Return who judged what was found on each benchmark, and what chance is left in that, in sentences."""
    unseen = {name: fact for name, fact in facts.items() if fact["judged_by"] == "unseen-seeds"}
    said = []
    if unseen:
        said.append(
            f"On {listed(list(unseen))}, what a run recommends is judged by its trainings that the run did not see."
        )
    if floors := [fact["floor"] for fact in unseen.values() if fact["floor"] and len(fact["objectives"]) == 1]:
        whole, least = (listed([significant(floor[key]) for floor in floors]) for key in ("exhaustive", "lowest"))
        said.append(
            "Regret counts from the lowest mean over all trainings. Who trains every architecture once and recommends "
            f"the lowest error ends, on average, at a regret of {whole}; nobody can be below {least}, where each run "
            "would recommend what the trainings that judge it happen to like best."
        )
    if others := [name for name in facts if name not in unseen]:
        said.append(
            f"On {listed(others)}, the report split judges all runs alike; where that is a mean over trainings, those "
            "that a run saw are among them."
        )
    return " ".join([*said, *(sentence for name, fact in facts.items() for sentence in judged(name, fact))])


def unmet(facts: Mapping[str, BenchmarkFacts]) -> Iterator[str]:
    """Yield a sentence for each benchmark on which nothing that was trained keeps the limits."""
    for name, fact in facts.items():
        if fact.get("nearest"):
            yield f"On {name}, nothing that was trained keeps {listed(fact['limits'])}: {fact['nearest']}."


def judged(name: str, fact: BenchmarkFacts) -> Iterator[str]:
    """Yield what regret is on a benchmark, where it is not the error above the lowest there is, in sentences."""
    if len(fact["objectives"]) > 1:
        yield from _several(name, fact)
    elif fact["limits"]:
        limits = f" within {listed(fact['limits'])}"
        yield (
            f"On {name}, regret counts from the lowest error{limits}; runs that met nothing{limits}, or hand in what "
            "is not, have failed."
        )
        yield f"A run hands in {by_strategy(fact['hand_in'], HAND_IN)}."
    yield from unmet({name: fact})


def _several(name: str, fact: BenchmarkFacts) -> Iterator[str]:
    """Yield what regret is on a benchmark under several objectives, in sentences."""
    limits = f" within {listed(fact['limits'])}" if fact["limits"] else ""
    best = "best that any run found" if fact["front"] is None else "exact front"
    yield (
        f"On {name}, a run recommends {by_strategy(fact['recommended_set'], SETS)}{limits}, chosen by what it was "
        f"told, and hands in {by_strategy(fact['hand_in'], HAND_IN)}."
    )
    yield (
        f"Regret is the hypervolume of {listed(fact['objectives'])} by which that set is behind the {best}, by the "
        f"error on the report split, in percent of the box from {amounts(fact, fact['ideal'])} to the reference point, "
        f"{reference_point(fact)}."
    )
    if fact["nadir"] is not None and fact["reference_point"] != "nadir":
        yield f"The nadir of the exact front is {amounts(fact, fact['nadir'])}."


def policies_note(fact: BenchmarkFacts) -> str:
    """Return in brackets what a figure must say of several objectives or limits; nothing of neither."""
    said = {name: " or ".join(map(str, dict.fromkeys(fact[name].values()))) for name in ("recommended_set", "hand_in")}
    if fact["point"] is not None and len(fact["objectives"]) > 1:
        said["reference_point"] = f"{fact['reference_point']}, {amounts(fact, fact['point'])}"
    told = "; ".join(f"{name} = {value}" for name, value in said.items() if value)
    return f"[{told}]" if told else ""


def reference_point(fact: BenchmarkFacts) -> str:
    """Return the reference point with its name, such as 'error 90 % and latency 0.02 s (as the study gives it)'."""
    how = POINTS.get(str(fact["reference_point"]), "").format(of=fact["of"])
    return f"{amounts(fact, fact['point'])} ({fact['reference_point']}: {how})"


def amounts(fact: BenchmarkFacts, values: Sequence[float] | None) -> str:
    """Return a point in words, such as 'error 90 % and latency 0.02 s'; of what is maximised, without its minus."""
    said = []
    for name, value, unit in zip(fact["objectives"], values or (), fact["units"], strict=False):
        shown = -value if name.startswith("-") else value
        said.append(f"{name.removeprefix('-')} {shown:.6g} {unit}".strip())
    return listed(said)


def by_strategy(
    chosen: Mapping[str, HandIn] | Mapping[str, RecommendedSet], words: Mapping[HandIn | RecommendedSet, str]
) -> str:
    """Return what is chosen with its name, and for which strategies where it is not the same for all."""
    of: dict[HandIn | RecommendedSet, list[str]] = {}
    for strategy, one in chosen.items():
        of.setdefault(one, []).append(strategy)
    told = {one: f"{words.get(one, f'{one} of {OF_ALL}, chosen by hypervolume')} ({one})" for one in of}
    if len(of) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{text} by {listed(of[one])}" for one, text in told.items())
