"""What README.md says beside the study's own numbers: another learning rate, where DARTS passes, what it was known for.

python studies/rl_evolution_darts/beside.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rich.console import Console

import nassim

TABLES = ("nb201/cifar10", "nb201/cifar100", "nb201/imagenet16-120")
NUMBERS = Path(__file__).parent / "numbers" / "beside.json"


def measured() -> dict[str, object]:
    """Return the numbers by what they are."""
    reinforce = [nassim.simulate("reinforce", name, runs=1000, evaluations=300, learning_rate=0.05) for name in TABLES]
    darts = nassim.simulate("darts", "nb201/cifar100", runs=1000, judged_by="all-seeds").regret()  # 0 = the best cell
    table = nassim.load("nb201/cifar10")
    only_skips = np.ones(6, dtype=np.int8)
    return {
        "reinforce, learning rate 0.05": {
            name: float(trace.regret()[:, -1].mean()) for name, trace in zip(TABLES, reinforce, strict=True)
        },
        "darts on nb201/cifar100": {
            "highest regret after 10 epochs": float(darts[:, 9].max()),
            "% of runs with a regret after 50": float(100 * np.mean(darts[:, 49] > 0)),
        },
        "valid accuracy of skip connections alone": float(100 - table.truth(only_skips[None])[0]),
    }


def main() -> None:
    """Print the numbers and keep them for the tests."""
    text = json.dumps(measured(), indent=1)
    NUMBERS.write_text(text + "\n", encoding="utf-8")
    Console().print(text)


if __name__ == "__main__":
    main()
