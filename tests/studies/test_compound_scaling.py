"""The study of compound scaling: its networks, its law and its comparison, on made-up errors; and what is kept."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import ttest_ind

from nassim.core.errors import DataError
from nassim.training.parts import line_of, record_of

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "studies" / "compound_scaling"
TIMM = ROOT.parent / "shared" / "data" / "timm-results" / "results-imagenet.csv"
LIGHT = ("scales", "plan", "published", "lines", "law", "records", "fit", "compare")  # need no torch
PLANTED = np.array([3.3, -0.35, -0.5, -0.7, 0.12, 0.05, 0.04, 0.09, 0.06, 0.1])  # of order 2
INSIDE = np.array([3.3, -0.3, -0.55, -0.6, 0.15, 0.02, 0.01, 0.2, 0.03, 0.25])  # best where all three grow, at phi = 3


@pytest.fixture(scope="module")
def study() -> Iterator[SimpleNamespace]:
    """Return the study's modules, which import each other by their names."""
    sys.path.insert(0, str(PLACE))
    before = set(sys.modules)
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in LIGHT}, heavy=importlib.import_module)
    finally:
        sys.path.remove(str(PLACE))
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "__file__", None) and Path(sys.modules[name].__file__).parent == PLACE:
                del sys.modules[name]


def test_numbers_name_networks(study: SimpleNamespace) -> None:
    """Each has its own, and is found by it."""
    scales = study.plan.grid()
    assert len({scale.number for scale in scales}) == len(scales)
    assert [study.scales.Scale.of(scale.number) for scale in scales] == scales
    assert study.scales.Scale(3, 8, 12).number == 30812


def test_flops_and_layers_are_those_of_networks_as_built(study: SimpleNamespace) -> None:
    """Multiply-adds of every convolution and of the classifier, summed while an image passes; parameters likewise."""
    torch = pytest.importorskip("torch")
    from nassim.training.networks import Network

    for scale in (study.scales.BASE, study.scales.Scale(3, 7, 10), study.scales.Scale(1, 5, 14)):
        network, counted = Network(study.scales.CELL, scale.skeleton).eval(), []

        def count(layer: object, _: object, output: object, counted: list[int] = counted) -> None:
            per = layer.weight[0].numel()
            counted.append(per * output.shape[1:].numel())

        layers = [each for each in network.modules() if isinstance(each, torch.nn.Conv2d | torch.nn.Linear)]
        for layer in layers:
            layer.register_forward_hook(count)
        network(torch.zeros(1, 3, scale.size, scale.size))
        assert sum(counted) == scale.flops
        assert sum(each.numel() for each in network.parameters()) == scale.params
        threes = [each for each in layers if isinstance(each, torch.nn.Conv2d) and each.kernel_size == (3, 3)]
        assert len(threes) - 1 == scale.layers  # without the stem


def test_depth_and_width_are_paid_for_as_compound_scaling_has_it(study: SimpleNamespace) -> None:
    """Once and twice, within 8 %; pixels twice where stages have no odd ones."""
    price, base = study.scales.price, study.scales.BASE
    for scale, power in ((base._replace(cells=8), 1), (base._replace(channels=16), 2), (base._replace(size=16), 2)):
        grown = 2.0 ** study.scales.doublings([scale]).sum()
        assert price(scale) == pytest.approx(grown**power, rel=0.08)


def test_smaller_images_are_averages_of_areas(study: SimpleNamespace) -> None:
    """As torch averages squares of four, and as pixels cut into small ones do at any size."""
    torch = pytest.importorskip("torch")
    pooling = study.heavy("pooling")
    pixels = np.random.default_rng(0).normal(size=(5, 3, 16, 16)).astype(np.float32)
    split = pooling.Split(torch.from_numpy(pixels), torch.arange(5))
    data = pooling.Data("made up", split, split, split, 10, "digest")
    halved = torch.nn.functional.avg_pool2d(split.images, 2)
    torch.testing.assert_close(pooling.pooled(data, 8).test.images, halved)
    for size in (10, 12, 14):
        np.testing.assert_allclose(
            pooling.pooled(data, size).train.images[2, 1], by_hand(pixels[2, 1], size), atol=1e-5
        )
    assert pooling.pooled(data, 16) is data
    assert len({pooling.pooled(data, size).digest for size in (8, 10, 12, 14, 16)}) == 5


def by_hand(pixels: np.ndarray, size: int) -> np.ndarray:
    """Return averages of areas: of each pixel cut into size x size equal parts, without a matrix."""
    fine = np.kron(pixels.astype(np.float64), np.ones((size, size)))
    side = len(pixels)
    return fine.reshape(size, side, size, side).mean(axis=(1, 3))


def test_equal_flops_are_nearly_equal_or_bracketed(study: SimpleNamespace) -> None:
    """By 5 %, or one network below and the next above; resolution ends where the images do."""
    price, wanted = study.scales.price, np.array([0.3, 0.2, 0.15])
    for phi in study.plan.PHIS:
        found = [study.plan.compound(wanted * phi, phi), *(study.plan.alone(way, phi) for way in range(3))]
        for scales in found[:-1] if phi == 3 else found:
            each = [price(scale) / 2**phi for scale in scales]
            assert each == pytest.approx([1.0], abs=study.plan.CLOSE) or (each[0] < 1.0 < each[1] and len(each) == 2)
    assert study.plan.alone(2, 3) == []
    assert study.plan.compound(np.array([1.0, 0.0, 0.585]), 2)[0][::2] == (5, 12)  # 19 layers of 10, 12 pixels of 8


def test_a_planted_power_law_is_recovered(study: SimpleNamespace) -> None:
    """Its exponents, and that it spends everything on what falls fastest for its FLOPs."""
    where = study.scales.doublings(study.plan.grid())
    exponents = {"depth": 0.4, "width": 0.5, "resolution": 1.1}
    error = 30.0 * np.prod(2.0 ** (-where * list(exponents.values())), axis=1)
    found = study.law.fit(where, np.log(error), 1)
    told = study.fit.exponents(found)
    assert {way: each["value"] for way, each in told.items()} == pytest.approx(exponents, abs=1e-4)
    assert study.law.best(found.law, 2.0).tolist() == [0.0, 0.0, 1.0]
    assert np.abs(study.law.fit(where, np.log(error), 2).left_out).max() < 1e-9


def planted(study: SimpleNamespace, coefficients: np.ndarray, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return doublings and log errors of the grid's networks under a law of order 2."""
    where = study.scales.doublings(study.plan.grid())
    law = study.law.Law(2, coefficients)
    return where, law.log_error(where) + noise * np.random.default_rng(seed).normal(size=len(where))


@pytest.mark.parametrize("phi", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("coefficients", [PLANTED, INSIDE], ids=["edge", "inside"])
def test_the_best_is_what_a_solver_finds(study: SimpleNamespace, coefficients: np.ndarray, phi: float) -> None:
    """SciPy's SLSQP from several starts, under the same limits, on a law that is recovered from its own errors."""
    law = study.law.fit(*planted(study, coefficients, 0.0, 0), 2).law
    np.testing.assert_allclose(law.coefficients, coefficients, atol=1e-9)
    prices, far = study.scales.PRICES, study.law.FARTHEST
    starts = phi * np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.3, 0.6], [0.34, 0.33, 0.33]]) / prices
    equal = {"type": "eq", "fun": lambda point: point @ prices - phi}
    bounds = [(0, None), (0, None), (0, far)]
    solved = [
        minimize(lambda point: law.log_error(point[None])[0], start, method="SLSQP", bounds=bounds, constraints=equal)
        for start in starts
    ]
    lowest = min(each.fun for each in solved if each.success)
    mine = study.law.best(law, phi)
    assert mine @ prices == pytest.approx(phi)
    assert law.log_error(mine[None])[0] == pytest.approx(lowest, abs=2e-4)
    nearest = min(solved, key=lambda each: each.fun).x
    np.testing.assert_allclose(mine, nearest, atol=2.5 * phi / study.law.STEPS)


def test_at_the_best_one_more_flop_brings_the_same_everywhere(study: SimpleNamespace) -> None:
    """By finite differences of the law, where all three grow: slopes by price are equal (Lagrange)."""
    law, step = study.law.Law(2, INSIDE), 1e-4
    best = study.law.best(law, 3.0)
    assert (best > 0.1).all()
    moves = step * np.eye(3)
    slopes = (law.log_error(best + moves) - law.log_error(best - moves)) / (2 * step) / study.scales.PRICES
    np.testing.assert_allclose(slopes, slopes.mean(), atol=0.01)
    assert slopes.mean() < -0.05


def test_each_row_of_coefficients_has_its_own_place(study: SimpleNamespace) -> None:
    """The same as one law at a time."""
    many = np.stack([PLANTED, INSIDE, PLANTED[::-1]])
    places = np.random.default_rng(0).random((3, 3))
    found = study.law.Law(2, many).log_error_of_each(places)
    alone = [study.law.Law(2, row).log_error(place[None])[0] for row, place in zip(many, places, strict=True)]
    np.testing.assert_allclose(found, alone)
    np.testing.assert_allclose(
        study.law.best(study.law.Law(2, many), 2.0)[1], study.law.best(study.law.Law(2, INSIDE), 2.0)
    )


@pytest.mark.parametrize("order", [1, 2])
def test_what_is_left_out_is_foretold_by_all_others(study: SimpleNamespace, order: int) -> None:
    """One network after the other is really left out, and NumPy's least squares fits the rest."""
    where, logs = planted(study, PLANTED, 0.1, 3)
    matrix = study.law.terms(where, order)
    left = []
    for row in range(len(where)):
        others = np.arange(len(where)) != row
        fitted = np.linalg.lstsq(matrix[others], logs[others], rcond=None)[0]
        left.append(matrix[row] @ fitted - logs[row])
    np.testing.assert_allclose(study.law.fit(where, logs, order, 10).left_out, left, atol=1e-9)


def test_intervals_hold_what_was_planted(study: SimpleNamespace) -> None:
    """About 95 % of 100 times each: the plain exponents, and what order 2 says of a network with 8 times the FLOPs."""
    there = np.array([[0.6, 0.6, 0.6]])
    true = study.law.Law(2, PLANTED).log_error(there)[0]
    plain = np.array([3.3, -0.4, -0.5, -0.7])
    held, held_plain = [], []
    for seed in range(100):
        where, logs = planted(study, PLANTED, 0.08, seed)
        low, high = np.quantile(study.law.fit(where, logs, 2, 300).resampled.log_error(there)[:, 0], [0.025, 0.975])
        held.append(low <= true <= high)
        where, logs = planted(study, np.append(plain, np.zeros(6)), 0.08, seed)
        low, high = np.quantile(study.law.fit(where, logs, 1, 300).resampled.coefficients, [0.025, 0.975], axis=0)
        held_plain.append((low <= plain) & (plain <= high))
    assert 0.87 < np.mean(held) < 0.995
    assert np.all(np.abs(np.mean(held_plain, axis=0) - 0.94) < 0.06)


def test_coefficients_that_hold_are_told_from_those_that_do_not(study: SimpleNamespace) -> None:
    """A law whose best ratio is the same at every phi has no more error by phi = 1; one that turns has."""
    prices = study.scales.PRICES
    ratio = np.array([0.4, 0.3, 0.3]) / prices  # the same shares of FLOPs at any phi
    across = np.eye(3) - np.outer(ratio, prices)  # what is beside the ratio, at equal FLOPs
    bowl = across.T @ across
    quadratic = [
        (1 if first == second else 2) * bowl[first, second] for first, second in zip(*np.triu_indices(3), strict=True)
    ]
    steady = study.law.Law(2, np.array([3.3, *(-0.2 * prices), *quadratic]))
    for phi in (1.0, 2.0):
        np.testing.assert_allclose(study.fit.steps(steady, phi), 2.0**ratio, rtol=0.01)
        assert study.fit.more_error(steady, study.law.best(steady, 1.0) * phi, phi) == pytest.approx(0.0, abs=0.1)
    turning = study.law.Law(2, np.array([3.3, -0.35, -0.5, -1.2, 0.05, 0.0, 0.0, 0.05, 0.0, 0.5]))
    kept = study.law.kept(study.law.best(turning, 1.0), 3)
    assert kept @ prices == pytest.approx(3.0)
    assert kept[2] == study.law.FARTHEST  # as gamma has it, it would be more pixels than there are
    found = study.fit.more_error(turning, kept, 3.0)
    errors = np.exp(turning.log_error(np.stack([kept, study.law.best(turning, 3.0)])))
    assert found == pytest.approx(100 * (errors[0] / errors[1] - 1))
    assert found > 1.0


def test_differences_are_students(study: SimpleNamespace) -> None:
    """Of two networks, as SciPy's interval of a t-test with equal variances has them."""
    generator = np.random.default_rng(0)
    first, second = np.exp(generator.normal(3.0, 0.1, size=5)), np.exp(generator.normal(2.9, 0.1, size=7))
    seeds = study.compare.Seeds.of({1: first, 2: second})
    value, half = seeds.combined({1: 1.0, 2: -1.0})
    theirs = ttest_ind(np.log(first), np.log(second)).confidence_interval()
    assert (value - half, value + half) == pytest.approx((theirs.low, theirs.high))


def test_errors_are_interpolated_along_flops(study: SimpleNamespace) -> None:
    """Exactly, where they are a power of FLOPs; what two lines share is no difference."""
    below, above = study.plan.alone(1, 1)
    prices = {scale.number: study.scales.price(scale) for scale in (below, above)}
    seeds = study.compare.Seeds({number: np.log([30.0 * price**-0.4] * 2) for number, price in prices.items()}, 0.1, 9)
    weights = study.compare.weights_of([below, above], 1)
    assert np.exp(seeds.combined(weights)[0]) == pytest.approx(30.0 * 2**-0.4)
    assert seeds.combined(study.compare.less(weights, weights)) == (0.0, 0.0)
    half = study.compare.less({below.number: 1.0}, weights)
    assert half[below.number] == pytest.approx(weights[above.number])


def test_published_coefficients_are_those_of_the_published_networks(study: SimpleNamespace) -> None:
    """Raised to a network's phi they are its multipliers, and from B4 on they multiply FLOPs by 2, nearly."""
    every = study.published.efficientnet()["networks"]
    for name, found in study.published.implied(every).items():
        network = every[name]
        scaled = [found[step] ** found["phi"] for step in ("alpha", "beta", "gamma")]
        assert scaled == pytest.approx([network["depth"], network["width"], network["pixels"] / 224], rel=1e-3)
        if name >= "B4":
            assert found["alpha"] * found["beta"] ** 2 * found["gamma"] ** 2 == pytest.approx(2.0, abs=0.05)
    assert study.published.doublings(1.5) @ study.scales.PRICES == pytest.approx(1.5)
    assert 2 ** study.published.doublings(1.0) == pytest.approx([1.2, 1.1, 1.15], rel=0.02)


@pytest.mark.skipif(not TIMM.exists(), reason="the results of timm are not here")
def test_published_accuracies_are_near_those_of_the_published_weights(study: SimpleNamespace) -> None:
    """As timm measured them again, of the recipe with AutoAugment: within .4 points, and parameters within 3 %."""
    with TIMM.open(encoding="utf-8", newline="") as file:
        rows = {row["model"]: row for row in csv.DictReader(file)}
    for name, network in study.published.efficientnet()["networks"].items():
        row = rows[f"tf_efficientnet_{name.lower()}.aa_in1k"]
        assert float(row["top1"]) == pytest.approx(network["top1"], abs=0.4)
        assert float(row["param_count"]) == pytest.approx(network["params_millions"], rel=0.03)
        assert int(row["img_size"]) == network["pixels"]


def test_what_was_trained_is_read(study: SimpleNamespace, tmp_path: Path) -> None:
    """The last errors by seed, apart what is fitted and what is compared; a damaged line and a gap are errors."""
    lines = [
        line_of({"network": 20808, "replica": replica, "valid_error": [90.0, 30.0 + replica], "test_error": [0.0, 1.0]})
        for replica in (1, 0, 100)
    ]
    (tmp_path / "000.jsonl").write_text("".join(lines), encoding="utf-8")
    assert study.records.errors("grid", "valid", tmp_path)[20808].tolist() == [30.0, 31.0]
    known = study.records.errors("lines", "valid", tmp_path)
    assert known[20808].tolist() == [130.0]
    with pytest.raises(DataError, match="has none"):
        study.records.of([study.scales.Scale(3, 8, 8)], known)
    (tmp_path / "000.jsonl").write_text(lines[0][:-5], encoding="utf-8")
    with pytest.raises(DataError, match="damaged"):
        study.records.errors("grid", "valid", tmp_path)


def test_networks_are_trained_in_turn(study: SimpleNamespace) -> None:
    """Each once before any again, and lines with other seeds than the grid."""
    pytest.importorskip("torch")
    work, grid = study.heavy("work"), study.plan.grid()
    jobs = work.schedule([*grid, grid[0]], 100, 2)
    assert len(jobs) == len(set(jobs)) == 2 * len(grid)
    assert {replica for _, replica in jobs[: len(grid)]} == {100}


@pytest.mark.parametrize("name", ["fit", "compare"])
def test_numbers_are_those_of_the_trainings_that_are_kept(study: SimpleNamespace, name: str) -> None:
    """What the scripts say of them again, but for the last digits."""
    kept = json.loads((PLACE / "numbers" / f"{name}.json").read_text(encoding="utf-8"))
    again = json.loads(json.dumps(getattr(study, name).measured()))
    assert again.keys() == kept.keys()
    pairs = list(zip(flat(again), flat(kept), strict=True))
    assert len(pairs) > 50
    for found, told in pairs:
        assert found == pytest.approx(told, rel=1e-3, abs=1e-3) if isinstance(told, float) else found == told


def flat(node: object) -> list[object]:
    """Return all values of a JSON value, and the names of all, in order."""
    if isinstance(node, dict):
        return [part for name, value in node.items() for part in (name, *flat(value))]
    return [part for value in node for part in flat(value)] if isinstance(node, list) else [node]


def test_trainings_are_whole_and_of_this_plan(study: SimpleNamespace) -> None:
    """Each has four epochs and errors in percent, its recipe is that of the scripts, and no line is damaged."""
    pytest.importorskip("torch")
    work, folder = study.heavy("work"), PLACE / "numbers" / "trainings"
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert plan["recipe"] == work.RECIPE.plain()
    assert plan["cell"] == study.scales.CELL.tolist()
    lines = [line for path in folder.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines(True)]
    records = [record_of(line) for line in lines]
    assert len({(record["network"], record["replica"]) for record in records}) == len(records)
    for record in records:
        curves = np.array([record["valid_error"], record["test_error"], record["train_error"]])
        assert curves.shape == (3, work.RECIPE.epochs)
        assert ((curves >= 0) & (curves <= 100)).all()
        np.testing.assert_allclose(curves[:2] * 30, np.round(curves[:2] * 30), atol=1e-6)  # of 3,000 images each
