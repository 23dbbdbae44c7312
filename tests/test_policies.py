"""One default for each policy: `nassim.simulate` has those of `Policies`, written out so that its page can be read."""

from __future__ import annotations

import inspect
from dataclasses import asdict

import nassim
from nassim.core.policies import Budget, Policies


def test_the_signature_of_simulate_has_the_defaults_of_policies():
    """Every policy and budget is a keyword of the same default; what is empty there may be None here."""
    own = {name: one.default for name, one in inspect.signature(nassim.simulate).parameters.items()}
    for name, default in (asdict(Policies()) | asdict(Budget())).items():
        said = list(own[name]) if isinstance(own[name], tuple) else own[name]
        assert (said or None) == (default or None), name
