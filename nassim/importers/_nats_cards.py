"""What the cards of NATS-Bench and NAS-Bench-201 say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nassim.core.documents import JsonValue, Table
from nassim.core.space import Space

TITLES = {
    "nas-bench-201": "NAS-Bench-201: every cell, every seed, every epoch",
    "nats-topology": "NATS-Bench, topology: every cell, every seed, every epoch",
    "nats-size": "NATS-Bench, size: every number of channels, every seed, every epoch",
}
IMAGES: dict[str, dict[str, str]] = {
    "cifar10": {
        "title": "CIFAR-10",
        "trained_on": "the train half (25,000 images) of CIFAR-10's 50,000 training images: cifar10-valid",
        "validated_on": "the other half: x-valid",
        "tested_on": "the 10,000 test images: ori-test of cifar10-valid",
    },
    "cifar100": {
        "title": "CIFAR-100",
        "trained_on": "all 50,000 training images",
        "validated_on": "half (5,000) of the test images: x-valid",
        "tested_on": "the other half: x-test",
    },
    "imagenet16-120": {
        "title": "ImageNet16-120",
        "trained_on": "all 151,700 training images",
        "validated_on": "half (3,000) of the test images: x-valid",
        "tested_on": "the other half: x-test",
    },
}
EARLY = (
    "Trained for 200 epochs, CIFAR-100 and ImageNet16-120 have validation accuracies of the last epoch only: earlier "
    "epochs have the error on validation and test images together (ori-test), as nats_bench itself answers."
)
SCHEDULES = {"": "", "12epochs": " after a schedule of 12 epochs", "1epoch": " after a schedule of 1 epoch"}


def about(
    family: str, space: Space, datasets: Iterable[str], source: Path, digest: str, part: Mapping[str, JsonValue]
) -> Table:
    """Return the card of an archive, which data sets it has, and which part of its space."""
    told = {}
    for name in datasets:
        images, schedule = next((key, name[len(key) + 1 :]) for key in IMAGES if name in {key, *_named(key)})
        told[name] = IMAGES[images] | {"title": IMAGES[images]["title"] + SCHEDULES[schedule]}
    return {
        "title": TITLES[family],
        "space": space.name,
        **part,
        "source": "Xuanyi Dong et al., NATS-Bench, TPAMI 2021, https://github.com/D-X-Y/NATS-Bench",
        "source_file": source.name,
        "source_sha256": digest,
        "licence": "MIT, (c) Xuanyi Dong",
        "unit": "% error",
        "search_split": "one seed's validation error",
        "report_split": "mean test error over the same seeds",
        "built": f"nassim import nats-bench {source.name}",
        "notes": [
            "Replicas are the seeds in increasing order.",
            EARLY,
            "The source's sha256 is that of a list of all its files' sha256.",
        ],
        "costs": {
            "params": "parameters of the whole network, a count; mean over seeds",
            "flops": "multiply-accumulates for one image; mean over seeds",
            "latency": "seconds for a batch of 256 on the authors' machine; mean over seeds, nan = not measured",
            "validation_seconds": "seconds of one validation; mean over seeds",
            "retrained_test_error": "CIFAR-10: % error on the test images after training on all 50,000 training "
            "images; mean over seeds, nan = no such training",
        },
        "seconds": {"meaning": "training time from scratch to the epoch as the authors unified it; no evaluation"},
        "datasets": told,
    }


def _named(images: str) -> list[str]:
    return [f"{images}-{schedule}" for schedule in SCHEDULES if schedule]
