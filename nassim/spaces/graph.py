"""The graph networks of NAS-Bench-Graph (Qin et al., NeurIPS 2022 datasets and benchmarks).

Nine link patterns of four computing nodes, each with one of nine operations: 59,049 architectures, 26,207 networks.
"""

from __future__ import annotations

from nassim.core.arrays import Archs, Floats
from nassim.core.space import Link, Space
from nassim.spaces import _graph_links
from nassim.spaces._graph_tree import tree_features, tree_names

OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")


class Graph(Space):
    """Genes: the link pattern and four operations; texts are Arch([0, 1, 1, 2], ['gcn', 'gat', 'fc', 'skip']).

    26,206 networks were trained; that of four skip connections, which computes nothing, is the one that was not.

    Surrogates see its tree. Searches by models, which found nothing better so, see options unless `encoding` says so.
    """

    name = "graph"
    genes = _graph_links.GENES
    options = (_graph_links.LINK_OPTIONS, *(OPERATIONS,) * _graph_links.NODES)
    encodings = ("graph", "onehot")
    skip = "skip"
    graph_names = tree_names(OPERATIONS)

    def show(self, arch: Archs) -> str:
        """Return the authors' text of one architecture, a row (5,)."""
        self.check(arch[None])
        return _graph_links.show(arch, OPERATIONS)

    def parse(self, text: str) -> Archs:
        """Return the row (5,) of such a text, its nodes in any possible order; else ArchitectureError."""
        return _graph_links.parse(text, OPERATIONS)

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return the tree of the four computing nodes."""
        return _graph_links.arrows(arch, OPERATIONS)

    def representative(self, archs: Archs) -> Archs:
        """Return for each architecture the one that the authors trained for it."""
        return _graph_links.fold(archs, OPERATIONS.index("skip"))

    def graph(self, archs: Archs) -> Floats:
        """Return what the tree of each network is made of, (n, 196), see _graph_tree.py."""
        return tree_features(self.representative(archs), OPERATIONS, OPERATIONS.index("skip"))
