# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Zero-cost scores: against plain versions written down once more, and against what the papers say of them."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional

from nassim.training.data import load
from nassim.training.networks import fresh
from nassim.training.skeleton import Skeleton
from nassim.training.zero_cost import RIDGE, SCORES, scores

DATA = load("digits")
SKELETON = Skeleton(channels=4, cells=1, inputs=1, size=8, classes=10)
ARCH = np.array([3, 1, 2, 4, 2, 3], dtype=np.int8)  # all edges matter
DEAD = np.zeros(6, dtype=np.int8)
IMAGES, LABELS = DATA.train.images[:16], DATA.train.labels[:16]


def network():
    """Return the fresh network of the cell."""
    return fresh(ARCH, SKELETON, 0)


def gradients():
    """Return weights of two and more dimensions, and the gradients of the loss with respect to them."""
    model = network().train()
    loss = functional.cross_entropy(model(IMAGES), LABELS)
    weights = [weight for weight in model.parameters() if weight.ndim > 1]
    return [weight.detach() for weight in weights], torch.autograd.grad(loss, weights)


def test_snip_is_the_loss_s_slope_when_weights_shrink() -> None:
    """Its terms are derivatives of the loss with respect to a factor on each weight, in absolute value."""
    weights, slopes = gradients()
    plain = sum(float((weight * slope).abs().sum()) for weight, slope in zip(weights, slopes, strict=True))
    assert SCORES["snip"](network(), IMAGES, LABELS) == pytest.approx(plain, rel=1e-4)


def test_grad_norm_is_a_sum_over_layers() -> None:
    """Of Euclidean norms."""
    _, slopes = gradients()
    plain = sum(float(slope.square().sum().sqrt()) for slope in slopes)
    assert SCORES["grad_norm"](network(), IMAGES, LABELS) == pytest.approx(plain, rel=1e-4)


def test_synflow_is_conserved() -> None:
    """In a chain of layers each passes on the same flow, the sum of the logits, so the score is a multiple of it.

    The skeleton of a cell that passes everything on is such a chain but for the two ways through a reduction.
    """
    chain = np.array([0, 0, 0, 1, 0, 0], dtype=np.int8)
    model = fresh(chain, SKELETON, 0).double().eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.abs_()
        ones = torch.ones(1, 1, 8, 8, dtype=torch.float64)
        flow = float((model(ones) - model.classifier.bias).sum())
        deep = []
        for reduction in (model.body[2], model.body[4]):
            reduction.shortcut.register_forward_hook(lambda _, __, output: output * 0)
            deep.append(float((model(ones) - model.classifier.bias).sum()) / flow)
            reduction.shortcut._forward_hooks.clear()
    layers = 2 + sum(2 * share + (1 - share) for share in deep)
    score = SCORES["synflow"](fresh(chain, SKELETON, 0), IMAGES, LABELS)
    assert score == pytest.approx(layers * flow, rel=1e-6)


def test_synflow_does_not_look_at_data() -> None:
    """Other images give the same."""
    first = SCORES["synflow"](network(), IMAGES, LABELS)
    assert SCORES["synflow"](network(), IMAGES * 3 + 1, LABELS) == first


def test_fisher_is_half_the_squared_slope_of_each_channel_s_size() -> None:
    """Summed one image and one channel after the other."""
    from nassim.training.zero_cost import _after

    model = network().double().train()
    images = IMAGES.double()
    outputs = []
    with _after(model, outputs.append):
        loss = functional.cross_entropy(model(images), LABELS, reduction="sum")
    slopes = torch.autograd.grad(loss, outputs)
    plain = 0.0
    for output, slope in zip(outputs, slopes, strict=True):
        for channel in range(output.shape[1]):
            for image in range(output.shape[0]):
                plain += float((output * slope).detach()[image, channel].sum()) ** 2 / 2 / output.shape[0]
    assert SCORES["fisher"](network(), IMAGES, LABELS) == pytest.approx(plain, rel=1e-3)


def test_naswot_counts_rectifiers_that_agree() -> None:
    """Against codes compared one by one."""
    model, codes = network().train(), []
    reductions = [model.body[2], model.body[4]]
    first = [layer for block in reductions for layer in (block.first[0], block.second[0])]
    cells = [layer[0] for index in (1, 3, 5) for layer in model.body[index].operations.values()]
    for layer in first + cells:
        layer.register_forward_pre_hook(lambda _, inputs: codes.append(inputs[0].flatten(1) > 0))
    model.norm.register_forward_hook(lambda *parts: codes.append(parts[2].flatten(1) > 0))
    model(IMAGES)
    code = torch.cat(codes, dim=1)
    kernel = [[int((one == other).sum()) for other in code] for one in code]
    plain = np.linalg.slogdet(np.array(kernel) + RIDGE * np.eye(len(code)))[1]
    assert SCORES["naswot"](network(), IMAGES, LABELS) == pytest.approx(plain, rel=1e-6)


def test_jacob_cov_is_the_published_formula() -> None:
    """Against numpy's correlation of one image's Jacobian after the other."""
    model = network().train()
    images = IMAGES.clone().requires_grad_()
    slopes = torch.autograd.grad(model(images).sum(), images)[0].flatten(1).double().numpy()
    values = np.linalg.eigvalsh(np.corrcoef(slopes)) + 1e-5
    plain = -np.sum(np.log(values) + 1 / values)
    assert SCORES["jacob_cov"](network(), IMAGES, LABELS) == pytest.approx(plain, rel=0.02)


def test_scores_are_seeded() -> None:
    """The same seed gives the same numbers; another does not."""
    first = scores(ARCH, DATA, SKELETON, 3)
    assert list(first) == list(SCORES)
    assert first == scores(ARCH, DATA, SKELETON, 3)
    assert first != scores(ARCH, DATA, SKELETON, 4)


def test_a_cell_without_a_path_scores_worst_with_a_number() -> None:
    """Where scores say anything about it; none is nan or infinite."""
    dead, alive = scores(DEAD, DATA, SKELETON, 0), scores(ARCH, DATA, SKELETON, 0)
    assert all(np.isfinite(score) for score in (*dead.values(), *alive.values()))
    assert all(dead[name] < alive[name] for name in SCORES)
