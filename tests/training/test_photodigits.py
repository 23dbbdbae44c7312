# ruff: noqa: E402  (what imports torch comes after the check that it is there)
"""photodigits: the images are those that tables were made of, and no split sees another's digits or backgrounds."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nassim.core.errors import DataError
from nassim.training import photodigits as made
from nassim.training.data import load
from nassim.training.sources import mnist5k
from nassim.training.splits import stratified

AREA = (427, 640)  # of a photograph


@pytest.fixture(scope="module")
def blend() -> tuple[made.Blend, np.ndarray]:
    """Return what each image is made of, and its split."""
    split = stratified(mnist5k().labels, made.SHARES)
    numbers = [np.tile(np.flatnonzero(split == part), count) for part, count in enumerate(made.BACKGROUNDS)]
    part = np.repeat(np.arange(3, dtype=np.int8), [chosen.size for chosen in numbers])
    return made.drawn(np.concatenate(numbers), part, AREA), part


def test_the_images_are_always_the_same() -> None:
    """Pixels, labels and splits have the digest that tables record; each class is equally large in each split."""
    data = load("photodigits")
    assert [len(split.labels) for split in (data.train, data.valid, data.test)] == [10500, 3000, 3000]
    assert (data.channels, data.size, data.classes) == (3, 16, 10)
    assert data.digest.startswith("8215c06a86da")
    for split in (data.train, data.valid, data.test):
        assert len(set(torch.bincount(split.labels).tolist())) == 1


def test_splits_share_no_digit_and_no_pixel_of_a_photograph(blend) -> None:
    """Sets of digits are disjoint, and so are the columns that patches are cut out of."""
    plan, part = blend
    for one in range(3):
        for other in range(one):
            assert not set(plan.digit[part == one]) & set(plan.digit[part == other])
            begins, ends = plan.left[part == one].min(), (plan.left + 16 * plan.scale)[part == other].max()
            assert begins >= ends


def test_every_patch_lies_within_its_photograph_and_every_choice_occurs(blend) -> None:
    """Scales 1 to 3, both photographs, shifts from -2 to 2."""
    plan, _ = blend
    assert (plan.top + 16 * plan.scale).max() <= AREA[0]
    assert (plan.left + 16 * plan.scale).max() <= AREA[1]
    assert set(plan.scale) == {1, 2, 3}
    assert set(plan.photo) == {0, 1}
    assert set(plan.down) == set(plan.right) == {-2, -1, 0, 1, 2}


def test_an_image_is_the_distance_of_digit_and_patch(blend) -> None:
    """As a loop over pixels says it, for a few images."""
    digits = mnist5k().pixels[:, 0]
    photos = np.random.default_rng(0).integers(0, 256, (2, *AREA, 3), dtype=np.uint8)
    some = made.Blend(*(values[[0, 777, 16000]] for values in blend[0]))
    for image, row in zip(made.blended(some, digits, photos), zip(*some, strict=True), strict=True):
        digit, photo, scale, top, left, down, right = row
        for y, x, channel in ((0, 0, 0), (7, 8, 1), (15, 15, 2), (5, 9, 0)):
            corner = photos[photo, top + y * scale :, left + x * scale :, channel][:scale, :scale]
            inside = 0 <= y - down < 16 and 0 <= x - right < 16
            stroke = digits[digit, y - down, x - right] if inside else 0.0
            assert image[channel, y, x] == np.rint(abs(corner.mean() - stroke))


def test_photographs_that_are_read_otherwise_are_refused(monkeypatch) -> None:
    """A decoder that gives other pixels would train other networks."""
    monkeypatch.setattr(made, "_photos", lambda: np.zeros((2, *AREA, 3), dtype=np.uint8))
    with pytest.raises(DataError, match=r"photodigits: the images made here have sha256 .* constraints\.txt"):
        made.photodigits()
