"""Results of pytorch-image-models (Wightman): ImageNet errors of real networks, with what they cost, of one recipe.

SOURCE is the folder `results` of https://github.com/huggingface/pytorch-image-models with results-imagenet.csv and
benchmark-infer-*.csv. The recipe alone moves EfficientNet-B0 by two points, so `--tag` must say which one is read: what
stands after the dot in the name of a network, such as ra2_in1k.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nassim.core.arrays import Columns
from nassim.core.documents import MIB, Table, read_text
from nassim.core.errors import DataError, SettingError, suggest
from nassim.data.writing import Family
from nassim.importers import Progress
from nassim.importers._tables import Found, digest_of, tabulate
from nassim.spaces._listed import listed

RESULTS, SPEEDS = "results-imagenet.csv", "benchmark-infer-*.csv"
LARGEST = 16 * MIB
MEND = "download it again"
DEVICE = re.compile(r"benchmark-infer-\w+-\w+-\w+-(?:cu\d+|cpu)-(\w+)(?:-dynamo)?\.csv")
WORDS = re.compile(r"(in\d+k|ft|jft|\d*m)(_(in\d+k|ft|jft|\d*m))*")  # of tags that name images and no recipe
SHOWN, LEAST = 12, 2
COSTS = {"params": "parameters, a count", "macs": "multiply-accumulates, a count", "activations": "values, a count"}
NUMBERS = ("param_count", "infer_gmacs", "infer_macts")  # of the published columns, in the order of COSTS
SCALES = (1e6, 1e9, 1e6)


class Network(NamedTuple):
    """A row of the results."""

    name: str  # without its tag
    size: int  # pixels on a side
    error: float
    params: float  # a count

    @property
    def text(self) -> str:
        """Return how it is called here: one network may be there at several sizes."""
        return f"{self.name}@{self.size}"


class Speed(NamedTuple):
    """What a network takes on a device, at an image size."""

    counts: tuple[float, ...]  # in the order of COSTS
    per_second: float  # images
    milliseconds: float  # for a batch
    batch: int


Speeds = dict[tuple[str, int], Speed]


def read(source: Path, progress: Progress, *, tag: str = "") -> Family:
    """Return the networks of one recipe as a table.

    Raises:
        SettingError: No recipe is named, or none of this name has networks.
        DataError: Names the row that is not as published.
    """
    if not (source / RESULTS).is_file():
        raise DataError(f"{source}: expected a folder with {RESULTS}")
    networks = _networks(source / RESULTS, tag)
    devices: dict[str, Speeds] = {}
    files = sorted(source.glob(SPEEDS))
    for number, path in enumerate(files, start=1):
        if (match := DEVICE.fullmatch(path.name)) is None:
            raise DataError(f"{path}: expected a device at the end of the name, such as -rtx3090.csv")
        devices[match[1]] = _speeds(path)
        progress(number, len(files))
    return _family(source, tag, networks, devices)


def _family(source: Path, tag: str, networks: list[Network], devices: Mapping[str, Speeds]) -> Family:
    columns, units = _costs(networks, devices)
    space, rows = listed([network.text for network in networks]), np.arange(len(networks))
    found = Found(
        space,
        space.at(rows),
        rows,
        np.ones_like(rows),
        np.array([network.error for network in networks]),
        np.ones(len(networks)),
        costs=columns,
    )
    tables, part = tabulate(found, str(source))
    told = {"title": "ImageNet", "source_file": source.name, "source_sha256": digest_of(source)}
    facts: Table = {
        "title": f"pytorch-image-models: {len(networks)} networks of the recipe {tag}",
        "space": "imagenet/architectures.parquet",
        "source": "Ross Wightman et al., https://github.com/huggingface/pytorch-image-models, results",
        "licence": "Apache-2.0",
        "unit": "% error",
        "search_split": "top-1 error on the 50,000 validation images of ImageNet; one training of each network",
        "report_split": "the same error",
        "built": f"nassim import timm-results FOLDER --tag {tag}",
        "notes": [
            "One recipe: errors of another tag differ by the training, not by the network alone.",
            "A network at two image sizes is one training, tested twice.",
            "There is one split: what is searched and what is reported share their images.",
            "There are no training times: each training takes one simulated second, so budgets count evaluations.",
            "A cost is nan where the network was not timed at that image size.",
            "Throughputs are those of the largest batch that fits, up to 1,024; a latency is that of one image.",
        ],
        "costs": units,
        "seconds": {"meaning": "one per training: the authors published no times"},
        "datasets": {"imagenet": told},
    }
    return Family(f"timm-{tag}", facts | part, {"imagenet": tables})


def _costs(networks: list[Network], devices: Mapping[str, Speeds]) -> tuple[Columns, dict[str, str]]:
    """Return the costs, each (networks,), and what they are; nan = not measured at this image size."""
    keys = [(network.name, network.size) for network in networks]
    counts = [_first(key, devices) for key in keys]
    columns: Columns = {name: np.array([count[place] for count in counts]) for place, name in enumerate(COSTS)}
    columns["params"] = np.array([network.params for network in networks])
    units = dict(COSTS)
    for device, speeds in devices.items():
        own = [speeds.get(key) for key in keys]
        columns[f"throughput_{device}"] = np.array([math.nan if speed is None else speed.per_second for speed in own])
        units[f"throughput_{device}"] = f"images per second on {device}"
        if {speed.batch for speed in speeds.values()} == {1}:
            times = [math.nan if speed is None else speed.milliseconds for speed in own]
            columns[f"latency_{device}"] = np.array(times)
            units[f"latency_{device}"] = f"milliseconds for one image on {device}"
    return columns, units


def _first(key: tuple[str, int], devices: Mapping[str, Speeds]) -> tuple[float, ...]:
    """Return the counts that the first device that timed a network has of it."""
    return next((speeds[key].counts for speeds in devices.values() if key in speeds), (math.nan,) * len(COSTS))


def _networks(path: Path, tag: str) -> list[Network]:
    rows = list(_rows(path))
    tags = Counter(row.get("model", "").partition(".")[2] for _, row in rows)
    recipes = {name: count for name, count in tags.items() if count >= LEAST and not WORDS.fullmatch(name)}
    most = ", ".join(sorted(recipes, key=lambda name: (-recipes[name], name))[:SHOWN])
    if not tag:
        raise SettingError(f"timm-results needs one recipe: --tag, of those with most networks {most}")
    if WORDS.fullmatch(tag):
        raise SettingError(f"the tag {tag!r} names images and no recipe; choose one such as {most}")
    if tag not in recipes:
        raise SettingError(f"no recipe {tag!r:.40} has {LEAST} networks{suggest(tag, recipes)}")
    found = [_network(row, where) for where, row in rows if row["model"].partition(".")[2] == tag]
    again = [text for text, count in Counter(network.text for network in found).items() if count > 1]
    if again:
        raise DataError(f"{path}: {again[0]} is there twice; {MEND}")
    return sorted(found, key=lambda network: network.text)


def _network(row: Mapping[str, str], where: str) -> Network:
    error = _number(row, "top1_err", where)
    if abs(100 - error - _number(row, "top1", where)) > 1e-6 or not error <= 100:  # noqa: PLR2004
        raise DataError(f"{where}: top1 and top1_err must be 100 together, got {row['top1']} and {row['top1_err']}")
    params = _number(row, "param_count", where) * SCALES[0]
    return Network(row["model"].partition(".")[0], int(_number(row, "img_size", where)), error, params)


def _speeds(path: Path) -> Speeds:
    found: Speeds = {}
    for where, row in _rows(path):
        key = row.get("model", ""), int(_number(row, "infer_img_size", where))
        if key in found:
            raise DataError(f"{where}: {key[0]} at {key[1]} pixels is there twice; {MEND}")
        counts = zip(NUMBERS, SCALES, strict=True)
        found[key] = Speed(
            tuple(_number(row, name, where) * scale if row.get(name) else math.nan for name, scale in counts),
            _number(row, "infer_samples_per_sec", where),
            _number(row, "infer_step_time", where),
            int(_number(row, "infer_batch_size", where)),
        )
    return found


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a CSV file, and where each is."""
    try:
        for number, row in enumerate(csv.DictReader(StringIO(read_text(path, MEND, LARGEST))), start=1):
            yield f"{path}: row {number}", row
    except csv.Error as error:
        raise DataError(f"{path}: damaged, or no CSV ({error!s:.80}); {MEND}") from error


def _number(row: Mapping[str, str], name: str, where: str) -> float:
    """Return a number of a row, with commas between thousands; DataError unless it is there, and 0 or more."""
    text = row.get(name)
    try:
        value = float((text or "").replace(",", ""))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise DataError(f"{where}: {name} must be a number, got {text!r:.40}; {MEND}")
    return value
