"""How well do trainings of 12 epochs rank the cells, beside those of 200? The correlation that README.md begins with.

python studies/early_stopping_nb201/agreement.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from scipy.stats import spearmanr

from nassim.benchmarks.partial_table import PartialTable

TABLES = ("nb201-12-epochs/cifar10", "nb201-12-epochs/cifar100", "nb201-12-epochs/imagenet16-120")
NUMBERS = Path(__file__).parent / "numbers" / "agreement.json"


def main() -> None:
    """Print Spearman's correlation of mean errors on each table, and keep it for the tests."""
    found = {}
    for name in TABLES:
        errors = PartialTable.load(name).error
        found[name] = float(spearmanr(np.nanmean(errors[0], axis=1), np.nanmean(errors[-1], axis=1)).statistic)
    text = json.dumps(found, indent=1)
    NUMBERS.write_text(text + "\n", encoding="utf-8")
    Console().print(text)


if __name__ == "__main__":
    main()
