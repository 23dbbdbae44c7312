"""NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326): search on CIFAR-10, report on all three data sets.

A strategy sees the validation accuracy at the end of a schedule of 12 epochs, of a seed drawn anew each time it asks,
and pays the seconds of that training and of one validation. What it hands in is judged after 200 epochs.
"""

from nassim.protocols import Protocol, Task

SECONDS = {"seconds": 12_000}

PROTOCOL = Protocol(
    searched="cifar10-12epochs",
    validation="validation_seconds",
    policies={"signal": "resampled"},
    runs=500,
    tasks={
        "nb201": Task(
            epochs=12,
            budgets={"cifar10": SECONDS, "cifar100": SECONDS, "imagenet16-120": SECONDS},
            strategies={
                "random_search": {},
                "regularized_evolution": {"population": 10, "sample": 3, "mutation": "node"},
                "reinforce": {"learning_rate": 0.5, "momentum": 0.9, "entropy": 0.0, "optimizer": "adam"},
                "bohb": {"grace": 12, "samples": 4, "random_fraction": 0},
            },
        )
    },
    differs=(
        "BOHB has one budget, 12 epochs; the authors' program has several, and trains 12 epochs for each of them.",
        "BOHB stops with its seconds, not after 50 iterations.",
        "With the program's learning rate of 0.5, REINFORCE settles early and does not reach the paper's numbers.",
        "What was handed in is judged by the mean test error over seeds.",
    ),
)
