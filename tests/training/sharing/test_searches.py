# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""Real searches with shared weights: their updates against references, and what all of them promise."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.func import functional_call

import nassim
from nassim.core.errors import SettingError
from nassim.core.random_streams import Streams
from nassim.spaces.nb201 import NB201
from nassim.training.data import Data, Split
from nassim.training.sharing import _search, darts
from nassim.training.sharing._alpha import Alpha, temperature
from nassim.training.sharing._trainer import Trainer
from nassim.training.sharing.darts import Darts, first_order, second_order
from nassim.training.sharing.enas import Controller, Enas
from nassim.training.sharing.gdas import Gdas, straight_through
from nassim.training.sharing.setn import Setn
from nassim.training.sharing.snas import Snas
from nassim.training.sharing.uniform import Uniform, fair_cells
from nassim.training.skeleton import Skeleton
from nassim.training.supernet import fresh_supernet
from tests.training.few_digits import few_digits
from tests.training.plain_supernet import plain_loss


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the searches have 64 of the digits for each purpose."""
    monkeypatch.setattr(_search, "load", lambda _: few_digits(64))


SHORT = {
    "darts": (Darts, {}),
    "darts2": (Darts, {"order": 2}),
    "enas": (Enas, {"steps": 1, "children": 2, "candidates": 3}),
    "gdas": (Gdas, {}),
    "setn": (Setn, {"candidates": 3}),
    "snas": (Snas, {}),
    "uniform": (Uniform, {"candidates": 3}),
    "fair": (Uniform, {"sampling": "fair", "candidates": 3}),
}


def tiny() -> tuple[Trainer, Alpha]:
    """Return a supernet of 2 channels on 5x5 images in float64, after one step so that momentum is there."""
    generator = torch.Generator().manual_seed(0)
    splits = [
        Split(torch.randn(16, 1, 5, 5, generator=generator).double(), torch.randint(3, (16,), generator=generator))
        for _ in range(3)
    ]
    trainer = Trainer(Data("digits", *splits, classes=3, digest=""), 4, 0, batch=8)
    trainer.supernet = fresh_supernet(Skeleton(channels=2, cells=1, inputs=1, size=5, classes=3), 0).double()
    trainer.weights = list(trainer.supernet.parameters())
    trainer.optimiser = torch.optim.SGD(trainer.weights, 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    alpha = Alpha(generator, 0.1)
    alpha.values = torch.randn(6, 5, generator=generator, dtype=torch.float64).requires_grad_()
    batch = next(trainer.batches())
    trainer.descend(alpha.softmax().detach(), batch)
    return trainer, alpha


def test_first_order_is_the_slope_of_the_validation_loss() -> None:
    """By central differences in every one of alpha's entries."""
    trainer, alpha = tiny()
    train, valid = next(trainer.batches()), trainer.valid_batch()
    found = first_order(trainer, alpha, train, valid)
    for place in np.ndindex(6, 5):
        sides = []
        for nudge in (1e-5, -1e-5):
            moved = alpha.values.detach().clone()
            moved[place] += nudge
            sides.append(trainer.loss(torch.softmax(moved, dim=1), valid).item())
        assert float(found[place]) == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-6)


def test_a_step_of_first_order_is_that_written_by_hand() -> None:
    """On a plain supernet: gradients of alpha and all weights, and both after Adam's and Nesterov's steps, to 1e-5."""
    trainer, alpha = tiny()
    alpha.adam = torch.optim.Adam([alpha.values], 0.1, betas=(0.5, 0.999), weight_decay=1e-3)
    train, valid = next(trainer.batches()), trainer.valid_batch()
    values, weights = alpha.values.detach().clone(), [weight.detach().clone() for weight in trainer.weights]
    speeds = [trainer.optimiser.state[weight]["momentum_buffer"].clone() for weight in trainer.weights]
    by_alpha = torch.autograd.grad(plain_loss(trainer.supernet, alpha.softmax(), valid), alpha.values)[0]
    found = first_order(trainer, alpha, train, valid)
    torch.testing.assert_close(found, by_alpha, atol=1e-5, rtol=0)
    alpha.step(found)
    slope = by_alpha + 1e-3 * values  # Adam's first step: both moments, freed of their start at 0, are the slope's
    stepped = values - 0.1 * slope / (slope.abs() + 1e-8)
    torch.testing.assert_close(alpha.values.detach(), stepped, atol=1e-5, rtol=0)
    mixing = torch.softmax(stepped, dim=1)
    by_weights = torch.autograd.grad(plain_loss(trainer.supernet, mixing, train), trainer.weights)
    own = torch.autograd.grad(trainer.loss(alpha.softmax().detach(), train), trainer.weights)
    torch.testing.assert_close(own, by_weights, atol=1e-5, rtol=0)
    trainer.descend(alpha.softmax().detach(), train)
    rate, length = trainer.optimiser.param_groups[0]["lr"], torch.cat([one.flatten() for one in by_weights]).norm()
    for weight, old, speed, one in zip(trainer.weights, weights, speeds, by_weights, strict=True):
        gradient = one * min(1.0, 5.0 / float(length)) + 5e-4 * old
        after = old - rate * (gradient + 0.9 * (0.9 * speed + gradient))
        torch.testing.assert_close(weight.detach(), after, atol=1e-5, rtol=0)


def test_second_order_is_autograd_through_the_unrolled_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper's equation 6, differentiated exactly, to 1e-5 with a short step; the weights stay where they were."""
    monkeypatch.setattr(darts, "NUDGE", 1e-6)
    trainer, alpha = tiny()
    train, valid = next(trainer.batches()), trainer.valid_batch()
    before = [weight.detach().clone() for weight in trainer.weights]
    found = second_order(trainer, alpha, train, valid)
    for weight, old in zip(trainer.weights, before, strict=True):
        assert torch.equal(weight, old)
    rate, names = trainer.optimiser.param_groups[0]["lr"], [name for name, _ in trainer.supernet.named_parameters()]
    mixing = alpha.softmax()
    slopes = torch.autograd.grad(trainer.loss(mixing, train), trainer.weights, create_graph=True)
    ahead = {
        name: weight - rate * (slope + 5e-4 * weight + 0.9 * trainer.optimiser.state[weight]["momentum_buffer"])
        for name, weight, slope in zip(names, trainer.weights, slopes, strict=True)
    }
    logits = functional_call(trainer.supernet, ahead, (valid[0], mixing))
    exact = torch.autograd.grad(torch.nn.functional.cross_entropy(logits, valid[1]), alpha.values)[0]
    first = first_order(trainer, alpha, train, valid)
    assert float((found - exact).abs().max()) < 1e-5
    assert float((first - exact).abs().max()) > 1e-4  # the second order matters here


def test_gumbel_samples_are_as_probable_as_the_softmax() -> None:
    """The largest entry of a relaxed sample is distributed by softmax(alpha), at any temperature."""
    generator = torch.Generator().manual_seed(1)
    alpha = Alpha(generator, 0.1)
    alpha.values = torch.randn(6, 5, generator=generator)
    drawn = torch.stack([straight_through(alpha.gumbel(3.0, generator)) for _ in range(4000)])
    assert set(drawn.unique().round(decimals=5).tolist()) == {0.0, 1.0}
    assert float((drawn.mean(dim=0) - torch.softmax(alpha.values, dim=1)).abs().max()) < 0.03


def test_straight_through_has_the_softmaxs_gradient() -> None:
    """The value is one-hot, the slope that of the relaxed sample."""
    soft = torch.softmax(torch.randn(6, 5, dtype=torch.float64), dim=1).requires_grad_()
    slope = torch.randn(6, 5, dtype=torch.float64)
    (straight_through(soft) * slope).sum().backward()
    torch.testing.assert_close(soft.grad, slope)


def test_temperature_falls_linearly() -> None:
    """From the hottest in the first to the coldest in the last epoch."""
    assert [temperature(epoch, 3, 10.0, 0.0) for epoch in range(3)] == [10.0, 5.0, 0.0]
    assert temperature(0, 1, 10.0, 0.0) == 10.0


def test_fair_cells_share_no_operation() -> None:
    """Of each edge, each operation is in exactly one of five cells."""
    cells = fair_cells(torch.Generator().manual_seed(0))
    assert (np.sort(cells, axis=0) == np.arange(5)[:, None]).all()


def test_the_controllers_probabilities_are_those_of_its_samples() -> None:
    """Recomputed by feeding its own choices back, one gene at a time; entropy too."""
    torch.manual_seed(0)
    controller = Controller(hidden=8)
    for weight in controller.parameters():
        torch.nn.init.uniform_(weight, -1.5, 1.5)
    cells, logs, entropy = controller.sample(7, torch.Generator().manual_seed(2))
    for cell, log_probability, unsure in zip(cells, logs, entropy, strict=True):
        read = torch.stack([controller.first, *controller.embedding(torch.from_numpy(cell[:-1].astype(int)))])[None]
        out = controller.lstm(read)[0][0]
        chances = torch.softmax(2.5 * torch.tanh(controller.output(out) / 5.0), dim=1)
        own = chances[torch.arange(6), torch.from_numpy(cell.astype(int))]
        torch.testing.assert_close(own.log().sum(), log_probability)
        torch.testing.assert_close(-(chances * chances.log()).sum(), unsure)


@pytest.mark.usefixtures("few")
def test_the_controller_learns_what_is_rewarded() -> None:
    """With an error that counts the genes without convolution 3x3, it comes to choose that more often."""
    enas = Enas(
        NB201(), Streams(0, "enas", [0]), data="digits", epochs=1, learning_rate=0.05, children=20, momentum=0.5
    )
    enas.trainers[0].one_shot_error = lambda cell, batch: 100.0 * float((cell != 3).mean())  # type: ignore[method-assign]
    for _ in range(60):
        enas._learn(0)
    assert (enas.controllers[0].sample(100, torch.Generator())[0] == 3).mean() > 0.6


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", SHORT)
def test_every_search_is_a_strategy_with_notes(name: str) -> None:
    """Two epochs on digits: a row alone is the row in the batch, notes are kept, the cell's truth is the table's."""
    kind, settings = SHORT[name]
    options = {"data": "digits", "epochs": 2, "judged_by": "all-seeds", **settings}
    trace = nassim.simulate(kind, "nb201/cifar10", runs=[0, 5], seed=3, **options)
    alone = nassim.simulate(kind, "nb201/cifar10", runs=[5], seed=3, **options)
    assert trace.archs.shape == (2, 2, 6)
    np.testing.assert_array_equal(trace.archs[1:], alone.archs)
    for key in ("entropy", "skips", "one-shot", "p 0.0", "p 5.4"):
        np.testing.assert_array_equal(trace.diagnostics[key][1:], alone.diagnostics[key])
    assert (trace.diagnostics["one-shot"] < 100).all()
    assert (trace.diagnostics["skips"] == (trace.archs == 1).sum(axis=2)).all()
    assert trace.provenance["hands_in"] == "latest"
    assert trace.role == "search"  # it trains for real, and hears nothing of the table
    np.testing.assert_array_equal(
        trace.truth, nassim.load("nb201/cifar10").truth(trace.archs.reshape(-1, 6)).reshape(2, 2)
    )


def test_another_space_is_refused() -> None:
    """The supernet has the operations of nb201."""
    with pytest.raises(SettingError, match="in space nb201 alone, not in mnasnet"):
        Darts(nassim.catalog.space("mnasnet"), Streams(0, "darts", [0]))
