"""The smaller space of NAS-Bench-Graph for its largest data set (Qin et al., NeurIPS 2022), ogbn-proteins.

Nine link patterns of four computing nodes, each with one of five operations: 5,625 architectures, 2,022 networks.
"""

from __future__ import annotations

from nassim.spaces._graph_space import GraphSpace, options_of

OPERATIONS = ("gcn", "sage", "arma", "fc", "skip")


class GraphProteins(GraphSpace):
    """Genes: the link pattern and four operations; texts are Arch([0, 1, 1, 2], ['gcn', 'sage', 'fc', 'skip']).

    2,021 networks were trained; that of four skip connections, which computes nothing, is the one that was not.
    """

    name = "graph_proteins"
    operations = OPERATIONS
    options = options_of(OPERATIONS)
