"""NATS-Bench (Dong, Liu, Musial and Gabrys, TPAMI 2021, arXiv:2009.00437): search and report on each data set.

A strategy sees the validation accuracy in a schedule of 12 epochs, of a seed drawn anew each time it asks, and pays the
seconds of that training and of one validation. Nothing is resumed: going on with a training costs it again. What is
handed in is judged after 200 epochs in the topology space, after 90 in the size space.
"""

from nassim.protocols import Protocol, Settings, Task

REINFORCE: Settings = {"learning_rate": 0.01, "momentum": 0.9, "entropy": 0.0, "optimizer": "adam"}
BOHB: Settings = {"eta": 3, "grace": 1, "samples": 4, "random_fraction": 0}

PROTOCOL = Protocol(
    searched="{}-12epochs",
    validation="validation_seconds",
    policies={"signal": "resampled", "restart": "scratch"},
    runs=500,
    tasks={
        "nb201": Task(
            epochs=12,
            budgets={
                "cifar10": {"seconds": 20_000},
                "cifar100": {"seconds": 40_000},
                "imagenet16-120": {"seconds": 120_000},
            },
            strategies={
                "random_search": {},
                "regularized_evolution": {"population": 10, "sample": 3, "mutation": "node"},
                "reinforce": REINFORCE,
                "bohb": BOHB,
            },
        ),
        "natsbench_size": Task(
            epochs=12,
            budgets={
                "cifar10": {"seconds": 20_000},
                "cifar100": {"seconds": 40_000},
                "imagenet16-120": {"seconds": 60_000},
            },
            strategies={
                "random_search": {},
                "regularized_evolution": {"population": 10, "sample": 3, "mutation": "any"},
                "reinforce": REINFORCE,
                "bohb": BOHB,
            },
        ),
    },
    differs=(
        "BOHB hands in what was best after most epochs, not what was best after any.",
        "What was handed in is judged by the mean test error over seeds.",
    ),
)
