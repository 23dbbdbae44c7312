"""What the two spaces of NAS-Bench-Graph are, but for the operations of a node."""

from __future__ import annotations

from typing import ClassVar

from nassim.core.arrays import Archs, Floats
from nassim.core.space import Link, Space
from nassim.spaces import _graph_links
from nassim.spaces._graph_tree import tree_features, tree_names


class GraphSpace(Space):
    """Genes: the link pattern and four operations; texts are Arch([0, 1, 1, 2], ['gcn', 'sage', 'fc', 'skip']).

    Surrogates see its tree. Searches by models, which found nothing better so, see options unless `encoding` says so.
    """

    operations: ClassVar[tuple[str, ...]]
    genes = _graph_links.GENES
    encodings = ("graph", "onehot")
    skip = "skip"

    @property
    def graph_names(self) -> tuple[str, ...]:
        """What the columns of `graph` are."""
        return tree_names(self.operations)

    def show(self, arch: Archs) -> str:
        """Return the authors' text of one architecture, a row (5,)."""
        self.check(arch[None])
        return _graph_links.show(arch, self.operations)

    def parse(self, text: str) -> Archs:
        """Return the row (5,) of such a text, its nodes in any possible order.

        Raises:
            ArchitectureError: If it is none.
        """
        return _graph_links.parse(text, self.operations)

    def links(self, arch: Archs) -> tuple[Link, ...]:
        """Return the tree of the four computing nodes."""
        return _graph_links.arrows(arch, self.operations)

    def representative(self, archs: Archs) -> Archs:
        """Return for each architecture the one that the authors trained for it."""
        return _graph_links.fold(archs, self.operations.index("skip"))

    def graph(self, archs: Archs) -> Floats:
        """Return what the tree of each network is made of, (n, features), see _graph_tree.py."""
        return tree_features(self.representative(archs), self.operations, self.operations.index("skip"))


def options_of(operations: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the options of each gene."""
    return (_graph_links.LINK_OPTIONS, *(operations,) * _graph_links.NODES)
