"""Saves surrogates as xgboost's UBJSON files beside a card.toml with their sha256, and reads them back. No pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, NotRequired, TypedDict, cast

import numpy as np
import tomli_w

from nassim.core.arrays import Archs
from nassim.core.benchmark import Card
from nassim.core.documents import CARDS, JsonValue, Table, read_toml
from nassim.core.errors import DataError, NassimError
from nassim.core.settings import Count, Range
from nassim.core.shapes import OPEN, shaped
from nassim.core.space import Space
from nassim.surrogates.ensemble import Ensemble, Settings, from_bytes, to_bytes
from nassim.surrogates.model import Surrogate
from nassim.surrogates.scale import Scale

FORMAT = 2
CARD, ARCHS, SPREAD = "card.toml", "archs.npy", "spread.ubj"
MEND = "fit it again"


class _Scale(TypedDict):
    transform: Literal["log", "linear"]
    low: float
    width: float


class _Settings(TypedDict):
    rounds: int
    depth: int
    eta: float
    rows: float
    columns: float
    leaf: float
    l2: float


class About(TypedDict):
    """What a card says of a model."""

    encoding: str
    epochs: list[Count]
    members: Annotated[int, Range(0)]  # 0 of what is the same everywhere
    features: list[str]
    scale: dict[str, JsonValue]
    settings: dict[str, JsonValue]
    training: dict[str, JsonValue]
    repeats: NotRequired[float]


class Described(TypedDict):
    """What a card says of the benchmark, but for facts: the fields of `Card`."""

    title: str
    source: str
    licence: str
    search_split: str
    report_split: str
    unit: str
    sha256: str
    supernet: bool
    live: bool
    agrees: str


class Content(TypedDict):
    """What a surrogate's card says."""

    format: int
    name: str
    space: str
    card: Described
    surrogate: Table
    models: dict[str, Annotated[About, OPEN]]
    files: dict[str, str]


Models = Mapping[str, Surrogate]


def write_surrogate(name: str, card: Card, models: Models, folder: Path) -> None:
    """Write card.toml and the files of each model into a folder, which is there and empty."""
    files = contents(models)
    for place, content in files.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(content)
    (folder / CARD).write_text(tomli_w.dumps(_card(name, card, models, files)), encoding="utf-8")


class Parts(TypedDict):
    """What the constructor of SurrogateBenchmark takes."""

    name: str
    card: Card
    error: Surrogate
    seconds: Surrogate
    costs: dict[str, Surrogate]


def read_surrogate(folder: Path, space: Space | None, named: Callable[[str], Space]) -> Parts:
    """Return what the constructor of SurrogateBenchmark takes; `space` None = the one `named` on the card."""
    facts = _read_card(folder / CARD)
    try:
        space = _space(facts["space"], space, named)
        files = {place: _read(folder / place, digest) for place, digest in facts["files"].items()}
        _check_targets(facts["models"])
        models = {target: _model(target, about, space, files) for target, about in facts["models"].items()}
        error, seconds = models.pop("error"), models.pop("seconds")
        card = Card(**facts["card"], facts={"surrogate": facts["surrogate"]})
    except NassimError as wrong:
        raise DataError(f"{folder}: {wrong}") from wrong
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise DataError(f"{folder}: damaged or no surrogate of this nassim ({wrong}); {MEND}") from wrong
    return {"name": facts["name"], "card": card, "error": error, "seconds": seconds, "costs": models}


def contents(models: Models) -> dict[str, bytes]:
    """Return path -> bytes of the files of all models, but for the card; the same models give the same bytes."""
    found: dict[str, bytes] = {}
    for target, model in models.items():
        members = {f"member-{number}.ubj": to_bytes(booster) for number, booster in enumerate(model.ensemble.members)}
        spread = {} if model.ensemble.spread is None else {SPREAD: to_bytes(model.ensemble.spread)}
        file = io.BytesIO()
        np.save(file, np.ascontiguousarray(model.archs), allow_pickle=False)
        found |= {f"{target}/{name}": content for name, content in (members | spread).items()}
        found[f"{target}/{ARCHS}"] = file.getvalue()
    return found


def digest_of(models: Models) -> str:
    """Return the sha256 of everything that predictions depend on."""
    parts = {place: sha256(content).hexdigest() for place, content in contents(models).items()}
    return sha256(json.dumps([parts, _about(models)], sort_keys=True).encode()).hexdigest()


def _about(models: Models) -> Table:
    """Return what the card says of each model."""
    return {
        target: {
            "encoding": model.encoding,
            "epochs": list(model.epochs),
            "members": len(model.ensemble.members),
            "features": list(model.features),
            "scale": asdict(model.scale),
            "settings": model.settings._asdict(),
            "training": model.about,
            "repeats": model.repeats,
        }
        for target, model in models.items()
    }


def _card(name: str, card: Card, models: Models, files: dict[str, bytes]) -> Table:
    about: Table = {key: value for key, value in asdict(card).items() if key != "facts"}
    digests = {place: sha256(content).hexdigest() for place, content in files.items()}
    space = next(iter(models.values())).space.name
    head: Table = {"format": FORMAT, "name": name, "space": space, "card": about, "surrogate": card.facts["surrogate"]}
    return head | {"models": _about(models), "files": digests}


def _read_card(path: Path) -> Content:
    if not path.exists():
        raise DataError(f"{path.parent}: there is no surrogate here, {path.name} is missing; nassim fit makes one")
    facts = read_toml(path, MEND, CARDS)
    if facts.get("format") != FORMAT:
        raise DataError(f"{path}: surrogate format {facts.get('format')}, this nassim reads {FORMAT}; {MEND}")
    return shaped(facts, Content, str(path), MEND, is_open=True)


def _space(name: str, wanted: Space | None, named: Callable[[str], Space]) -> Space:
    if wanted is not None and wanted.name != name:
        raise DataError(f"is a surrogate of space {name}, not of {wanted.name}")
    return named(name) if wanted is None else wanted


def _check_targets(models: Mapping[str, About]) -> None:
    lacking = {"error", "seconds"} - models.keys()
    if models and lacking:
        raise DataError(f"holds no model of {' and '.join(sorted(lacking))}, which a benchmark needs; {MEND} in full")


def _read(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.parent.name}/{path.name} cannot be read ({error.strerror}); {MEND}") from error
    if sha256(content).hexdigest() != digest:
        raise DataError(f"{path.parent.name}/{path.name} is damaged: its sha256 is not the card's; {MEND}")
    return content


def _model(target: str, about: About, space: Space, files: dict[str, bytes]) -> Surrogate:
    members = tuple(from_bytes(files[f"{target}/member-{number}.ubj"]) for number in range(about["members"]))
    spread = f"{target}/{SPREAD}"
    archs: Archs = np.load(io.BytesIO(files[f"{target}/{ARCHS}"]), allow_pickle=False)
    space.check(archs)
    model = Surrogate(
        space,
        target,
        about["encoding"],
        tuple(about["epochs"]),
        Scale(**cast("_Scale", about["scale"])),
        Settings(**cast("_Settings", about["settings"])),
        Ensemble(members, from_bytes(files[spread]) if spread in files else None),
        archs,
        about["training"],
        about["repeats"],
    )
    _check_features(model, about["features"])
    return model


def _check_features(model: Surrogate, on_card: list[str]) -> None:
    """Raise DataError unless the features that the model learned from are those of today."""
    seen = {booster.num_features() for booster in model.ensemble.members}
    if list(model.features) != on_card or seen - {len(on_card)}:
        raise DataError(
            f"the model of {model.target} was learned from other features than the {len(model.features)} that "
            f"{model.space.name} now has as encoding {model.encoding!r}; {MEND}"
        )
