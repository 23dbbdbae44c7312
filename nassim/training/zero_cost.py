"""Scores of a network before any training, computed for real: higher promises a lower error.

Each function takes a fresh network and a batch, images (n, channels, size, size) and labels (n,). How they are applied
to whole architectures, instead of single weights, is due to Abdelfattah et al. (Zero-Cost Proxies for Lightweight
NAS, ICLR 2021), and so is the use of `grad_norm`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

from nassim.core.arrays import Archs
from nassim.training.data import Data
from nassim.training.networks import Network, fresh
from nassim.training.skeleton import Skeleton

BATCH = 64  # images
RIDGE = 1e-3  # keeps the kernel of `naswot` regular where two images have the same code
SMALL = 1e-5  # the constant of `jacob_cov`


def synflow(network: Network, images: Tensor, labels: Tensor) -> float:
    """Tanaka et al., Pruning neural networks without any data by iteratively conserving synaptic flow, NeurIPS 2020.

    All weights are made positive, and an image of ones goes in: the sum of weight times gradient of the summed
    logits. Fresh batch normalisation, in evaluation mode, does nothing.
    """
    del labels
    network = network.double().eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.abs_()
    network(torch.ones_like(images[:1], dtype=torch.float64)).sum().backward()
    return _saliency(network)


def snip(network: Network, images: Tensor, labels: Tensor) -> float:
    """Lee et al., SNIP: single-shot network pruning based on connection sensitivity, ICLR 2019.

    The sum of |weight * gradient of the loss|.
    """
    _backward(network, images, labels)
    return _saliency(network)


def grad_norm(network: Network, images: Tensor, labels: Tensor) -> float:
    """Sum over layers of the Euclidean norm of the gradient of the loss."""
    _backward(network, images, labels)
    return sum(float(weight.grad.norm()) for weight in _weights(network) if weight.grad is not None)


def fisher(network: Network, images: Tensor, labels: Tensor) -> float:
    """Turner et al., BlockSwap, ICLR 2020, after Theis et al. (2018): the loss of removing channels, to second order.

    Sum over all channels of convolutions of the mean over images of (activation . gradient)**2 / 2. The gradient
    is that of the summed loss: so an image's part does not depend on the size of the batch.
    """
    outputs: list[Tensor] = []
    with _after(network, outputs.append):
        loss = functional.cross_entropy(network.train()(images), labels, reduction="sum")
    gradients = torch.autograd.grad(loss, outputs, allow_unused=True)
    total = 0.0
    for output, gradient in zip(outputs, gradients, strict=True):
        if gradient is not None:
            of_channels = (output.detach() * gradient).sum(dim=(2, 3))
            total += float(of_channels.square().mean(dim=0).sum()) / 2
    return total


def jacob_cov(network: Network, images: Tensor, labels: Tensor) -> float:
    """Mellor et al., Neural architecture search without training, version 1 (arXiv 2006.04647v1).

    The eigenvalues v of the correlation between the images' gradients of the summed logits: - sum(log v + 1 / v).
    """
    del labels
    images = images.clone().requires_grad_()
    network.train()(images).sum().backward()
    assert images.grad is not None
    slopes = images.grad.flatten(1).double()
    slopes = slopes - slopes.mean(dim=1, keepdim=True)
    length = slopes.norm(dim=1, keepdim=True)
    same = torch.ones(len(slopes), len(slopes), dtype=torch.float64)  # of a network that does not look at images
    correlation = same if (length == 0).any() else (slopes / length) @ (slopes / length).T
    values = torch.linalg.eigvalsh(correlation).clamp(min=0.0) + SMALL
    return -float((values.log() + 1.0 / values).sum())


def naswot(network: Network, images: Tensor, labels: Tensor) -> float:
    """Mellor et al., Neural architecture search without training, ICML 2021.

    The log determinant of the kernel that counts, for two images, the rectifiers that are on or off for both.
    """
    del labels
    kernel = RIDGE * torch.eye(len(images), dtype=torch.float64)

    def count(rectified: Tensor) -> None:
        code = (rectified > 0).flatten(1).to(torch.float32)
        kernel.add_(code @ code.T + (1.0 - code) @ (1.0 - code).T)

    with _before(network, count):
        network.train()(images)
    return float(torch.linalg.slogdet(kernel).logabsdet)


SCORES: dict[str, Callable[[Network, Tensor, Tensor], float]] = {
    "synflow": synflow,
    "naswot": naswot,
    "jacob_cov": jacob_cov,
    "snip": snip,
    "grad_norm": grad_norm,
    "fisher": fisher,
}


def scores(arch: Archs, data: Data, skeleton: Skeleton, seed: int, batch: int = BATCH) -> dict[str, float]:
    """Return all scores of one architecture, a row (genes,), each of the same fresh network and training images."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(data.train.labels), generator=generator)[:batch].to(data.train.labels.device)
    images, labels = data.train.images[chosen], data.train.labels[chosen]
    found = {}
    for name, score in SCORES.items():
        network = fresh(arch, skeleton, seed).to(images.device)
        found[name] = score(network, images, labels)
    return found


def _weights(network: Network) -> list[Tensor]:
    """Return the weights of all convolutions and of the classifier."""
    return [layer.weight for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]


def _saliency(network: Network) -> float:
    """Return the sum of |weight * gradient|; weights that cannot matter have no gradient."""
    weights = ((weight.detach(), weight.grad) for weight in _weights(network))
    return sum(float((weight * slope).abs().sum()) for weight, slope in weights if slope is not None)


def _backward(network: Network, images: Tensor, labels: Tensor) -> None:
    functional.cross_entropy(network.train()(images), labels).backward()  # type: ignore[no-untyped-call]


@contextmanager
def _after(network: Network, hook: Callable[[Tensor], None]) -> Iterator[None]:
    """Call `hook` with what each convolution puts out."""
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    handles = [layer.register_forward_hook(lambda _, __, output: hook(output)) for layer in convolutions]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _before(network: Network, hook: Callable[[Tensor], None]) -> Iterator[None]:
    """Call `hook` with every rectified tensor: the inputs of convolutions, of few excepted, and the last."""
    convolutions = [
        layer
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Conv2d) and name != "body.0.0" and "shortcut" not in name
    ]
    handles = [layer.register_forward_pre_hook(lambda _, inputs: hook(inputs[0])) for layer in convolutions]
    handles.append(network.norm.register_forward_hook(lambda _, __, output: hook(output)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
