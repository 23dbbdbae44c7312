"""The graph networks of NAS-Bench-Graph (Qin et al., NeurIPS 2022 datasets and benchmarks).

Nine link patterns of four computing nodes, each with one of nine operations: 59,049 architectures, 26,207 networks.
"""

from __future__ import annotations

from nassim.spaces._graph_space import GraphSpace, options_of

OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")


class Graph(GraphSpace):
    """Genes: the link pattern and four operations; texts are Arch([0, 1, 1, 2], ['gcn', 'gat', 'fc', 'skip']).

    26,206 networks were trained; that of four skip connections, which computes nothing, is the one that was not.
    """

    name = "graph"
    operations = OPERATIONS
    options = options_of(OPERATIONS)
