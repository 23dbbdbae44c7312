"""A space as a ConfigurationSpace (Lindauer et al., 2019, arXiv:1908.06756), as SMAC and others take it."""

from __future__ import annotations

from nassim.bridges.naming import arch_of
from nassim.core.errors import not_installed
from nassim.core.space import Space

try:
    from ConfigSpace import ConfigurationSpace
except ImportError as error:
    raise not_installed("configspace", error) from error

__all__ = ["arch_of", "configuration_space"]


def configuration_space(space: Space, seed: int | None = None) -> ConfigurationSpace:
    """Return a ConfigurationSpace with a categorical parameter per gene, of the gene's name and options."""
    genes = {gene: list(options) for gene, options in zip(space.genes, space.options, strict=True)}
    return ConfigurationSpace(name=space.name, seed=seed, space=genes)
