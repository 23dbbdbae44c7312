"""The FC-Net space: its size and its texts, which are the keys of the published files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nassim.core.errors import ArchitectureError
from nassim.spaces.fcnet import FCNet

SPACE = FCNet()
FIRST = {
    "activation_fn_1": "relu",
    "activation_fn_2": "tanh",
    "batch_size": 8,
    "dropout_1": 0.0,
    "dropout_2": 0.3,
    "init_lr": 5e-4,
    "lr_schedule": "cosine",
    "n_units_1": 512,
    "n_units_2": 16,
}


def test_its_size_is_the_published_one():
    """62,208 settings."""
    assert SPACE.size == 62_208


def test_texts_are_the_keys_of_the_published_files():
    """json.dumps of the settings, sorted by name."""
    text = json.dumps(FIRST, sort_keys=True)
    arch = SPACE.parse(text)
    assert SPACE.show(arch) == text
    assert arch.tolist() == [0, 1, 0, 0, 1, 0, 0, 5, 0]
    for arch in SPACE.at(np.array([0, 777, SPACE.size - 1])):
        assert json.dumps(json.loads(SPACE.show(arch)), sort_keys=True) == SPACE.show(arch)


@pytest.mark.parametrize(
    ("gene", "value", "message"),
    [
        ("batch_size", 9, "batch_size must be one of 8, 16, 32, 64, got '9'"),
        ("lr_schedule", "linear", "lr_schedule must be one of cosine, const"),
        ("dropout", 0.3, "unknown gene 'dropout'; did you mean 'dropout_2'|'dropout_1'"),
    ],
)
def test_a_wrong_setting_is_named(gene, value, message):
    """With what is possible."""
    with pytest.raises(ArchitectureError, match=message):
        SPACE.parse(json.dumps(FIRST | {gene: value}))
