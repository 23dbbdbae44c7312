"""Reads XGBoost ensembles over one-hot features into arrays: the value of each leaf, and which choices lead there.

A leaf of a decision tree is reached by a product set: for every gene, the options that all splits on the path to
the leaf allow. The arrays here say which, for all leaves of all trees; `relaxation` takes expectations over them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

import numpy as np

from nassim.core.arrays import Flags, Floats, Ints, Reals
from nassim.core.errors import DataError
from nassim.core.space import Space

# Objectives whose prediction is the sum of the leaves and the base score; others pass it through a link function.
IDENTITY_LINK = {"reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror", "reg:quantileerror", "reg:linear"}

Zeros = Literal["values", "missing"]


class Tree(TypedDict):
    """A tree as xgboost saves it, each list with an entry per node."""

    left_children: list[int]  # -1 = a leaf
    right_children: list[int]
    split_indices: list[int]
    split_conditions: list[float]
    default_left: list[int]
    split_type: list[int]


class _Trees(TypedDict):
    trees: list[Tree]


class _Booster(TypedDict):
    name: str
    model: _Trees


class Learner(TypedDict):
    """What xgboost saves of a model."""

    gradient_booster: _Booster
    objective: dict[str, str]
    learner_model_param: dict[str, str]


Column = Literal["left_children", "right_children", "split_indices", "split_conditions", "default_left"]


class Savable(Protocol):
    """What is needed of an xgboost.Booster."""

    def save_raw(self, raw_format: str = ...) -> bytearray:
        """Return the model in one of xgboost's formats."""


@dataclass(frozen=True, eq=False)
class Leaves:
    """All leaves of an ensemble; its prediction is `base` plus the values of the leaves that an architecture reaches.

    An architecture reaches exactly one leaf per tree: that whose `allowed` holds all its choices.
    """

    value: Floats  # (leaves,)
    allowed: Flags  # (leaves, features): the options of each gene that lead there, in the order of Space.encode
    base: float
    gene: Ints  # (features,) which gene each feature belongs to

    def predict(self, features: Floats) -> Floats:
        """Return the prediction for one-hot features (n, features), leaf by leaf: slow, for tests and small n."""
        forbidden = (features > 0)[:, None] & ~self.allowed
        prediction: Floats = self.base + np.where(forbidden.any(axis=2), 0.0, self.value).sum(axis=1)
        return prediction


@dataclass(frozen=True, eq=False)
class _Nodes:
    """The nodes of many trees in one numbering, each array (nodes,)."""

    left: Ints  # -1 = this node is a leaf
    right: Ints
    feature: Ints
    condition: Floats  # go left below it; a leaf's value
    missing_left: Flags  # where a missing feature goes
    roots: Ints  # (trees,)


def read_leaves(boosters: Sequence[Savable], space: Space, *, zeros: Zeros = "values") -> Leaves:
    """Return the leaves of the mean prediction of some boosters over the one-hot features of `space`.

    `zeros` says how the boosters saw the zeros of the encoding: as "values" in a dense array, or as "missing" in a
    sparse one, where xgboost sends them in each split's default direction. A `base_margin` given at training is no
    part of a model: whoever gave it adds it. All trees count; slice a booster that stopped early.
    """
    gene = np.repeat(np.arange(len(space.choices)), space.choices)
    found = [_of_one(_parse(booster), gene, zeros) for booster in boosters]
    if not found:
        raise DataError("expected at least one booster, got none")
    return Leaves(
        value=np.concatenate([leaves.value for leaves in found]) / len(found),
        allowed=np.concatenate([leaves.allowed for leaves in found]),
        base=float(np.mean([leaves.base for leaves in found])),
        gene=gene,
    )


def _parse(booster: Savable) -> Learner:
    learner: Learner = json.loads(booster.save_raw("json"))["learner"]
    kind, objective = learner["gradient_booster"]["name"], learner["objective"]["name"]
    if kind != "gbtree":
        raise DataError(f"expected an ensemble of trees (gbtree), got {kind}")
    if objective not in IDENTITY_LINK:
        raise DataError(f"expected a regression with identity link, such as reg:squarederror, got {objective}")
    return learner


def _of_one(learner: Learner, gene: Ints, zeros: Zeros) -> Leaves:
    """Return the leaves of one booster."""
    about = learner["learner_model_param"]
    base = np.array(str(about["base_score"]).strip("[]").split(","), dtype=np.float32)
    outputs = max(base.size, int(about["num_class"]), int(about.get("num_target", 1)))
    trees = learner["gradient_booster"]["model"]["trees"]
    if outputs > 1:
        raise DataError(f"expected a model with one prediction per architecture, got one with {outputs}")
    if int(about["num_feature"]) != gene.size:
        raise DataError(f"expected the {gene.size} one-hot features of the space, got {about['num_feature']}")
    if not trees:
        raise DataError("expected a model with trees, got one without any")
    value, allowed = _walk(_nodes(trees), gene, zeros)
    return Leaves(value, allowed, float(base[0]), gene)


def _nodes(trees: list[Tree]) -> _Nodes:
    if any(any(tree["split_type"]) for tree in trees):
        raise DataError("expected splits on one-hot numbers, got splits on categories")
    sizes = [len(tree["left_children"]) for tree in trees]
    first = np.cumsum([0, *sizes[:-1]])
    shift = np.repeat(first, sizes)

    def joined(name: Column) -> Reals:
        return np.array([item for tree in trees for item in tree[name]])

    left, right = joined("left_children"), joined("right_children")
    return _Nodes(
        left=np.where(left < 0, -1, left + shift),
        right=np.where(right < 0, -1, right + shift),
        feature=joined("split_indices"),
        condition=joined("split_conditions").astype(np.float32).astype(np.float64),
        missing_left=joined("default_left").astype(np.bool_),
        roots=first.astype(np.int64),
    )


def _walk(nodes: _Nodes, gene: Ints, zeros: Zeros) -> tuple[Floats, Flags]:
    """Return value (leaves,) and allowed (leaves, features) of all leaves that some architecture reaches.

    All trees are walked together, level by level; each node carries the choices that lead to it.
    """
    node, allowed = nodes.roots, np.ones((nodes.roots.size, gene.size), dtype=np.bool_)
    values: list[Floats] = []
    masks: list[Flags] = []
    while node.size:
        leaf = nodes.left[node] < 0
        values.append(nodes.condition[node[leaf]])
        masks.append(allowed[leaf])
        node, allowed = _below(nodes, node[~leaf], allowed[~leaf], gene, zeros)
    return np.concatenate(values), np.concatenate(masks)


def _below(nodes: _Nodes, node: Ints, allowed: Flags, gene: Ints, zeros: Zeros) -> tuple[Ints, Flags]:
    """Return the children of inner nodes and what is allowed there: where the feature is 1, then where it is 0."""
    feature = nodes.feature[node]
    chosen = np.arange(gene.size) == feature[:, None]
    same_gene = gene == gene[feature][:, None]
    if_one, if_zero = allowed & (chosen | ~same_gene), allowed & ~chosen
    condition = nodes.condition[node]
    left_if_zero = nodes.missing_left[node] if zeros == "missing" else condition > 0
    ways = []
    for mask, goes_left in ((if_one, condition > 1), (if_zero, left_if_zero)):
        alive = (mask & same_gene).any(axis=1)
        child = np.where(goes_left, nodes.left[node], nodes.right[node])
        ways.append((child[alive], mask[alive]))
    return np.concatenate([child for child, _ in ways]), np.concatenate([mask for _, mask in ways])
