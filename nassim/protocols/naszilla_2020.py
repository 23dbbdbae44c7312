"""naszilla (White, Neiswanger and Savani, AAAI 2021, arXiv:1910.11858; White et al., UAI 2021, arXiv:2005.02960).

150 queries of the mean validation accuracy over seeds after the whole training; what is best then is judged by the
mean test accuracy. Time does not count.
"""

from nassim.protocols import Protocol, Task

QUERIES = {"evaluations": 150}

PROTOCOL = Protocol(
    policies={"signal": "mean"},
    runs=500,
    tasks={
        "nb201": Task(
            epochs=200,
            budgets={"cifar10": QUERIES, "cifar100": QUERIES, "imagenet16-120": QUERIES},
            strategies={
                "random_search": {},
                "regularized_evolution": {"population": 30, "sample": 10, "mutation": "each"},
                "local_search": {"neighbourhood": "first"},
                "bananas": {
                    "initial": 10,
                    "batch": 10,
                    "pool": 100,
                    "members": 5,
                    "layers": 10,
                    "width": 20,
                    "epochs": 150,
                    "rate": 0.01,
                    "update": None,
                },
            },
        )
    },
    differs=(
        "BANANAS sees how many paths of each kind there are, and more, not the truncated path encoding.",
        "Its candidates differ from a good cell in one edge, and its networks learn normal scores of the errors.",
        "Evolution's first 30 cells are random, of which the authors' program draws 10 and breeds the others.",
        "A climb of local search starts at one random cell, not at the best of ten.",
        "CIFAR-100 and ImageNet16-120 are judged by the test images that were not used for validation.",
    ),
)
