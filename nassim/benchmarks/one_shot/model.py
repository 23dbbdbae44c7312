"""Sharing: how what a supernet says of networks differs from what their own trainings say, in few parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import sqrt
from typing import Annotated, get_type_hints

from nassim.core.settings import Fraction, NonNegative, Positive, Range, check_value

Correlation = Annotated[float, Range(-1, 1)]


@dataclass(frozen=True)
class Sharing:
    """How a supernet differs from its networks. Errors are in units of the spread of the networks' own.

    The defaults are measured on real supernets of mini201/mnist5k, without what searches found; see
    studies/weight_sharing, also for what the model does not know.

    Attributes:
        correlation: Rank correlation of the errors that mature shared weights give, preferences aside, with those of
            the networks' own trainings; below 0, they rank networks the wrong way. Networks without a path from input
            to output are known as what they are.
        shared: Share of the rest of their variance that is common to all networks with the same option on the same
            edge; what is left is each network's own, and averages out in a mixture.
        skip: By how much an option that hands its input on as it is, is better, per edge.
        handicap: By how much an option with weights is worse, per edge, before these are trained: skip, pooling and the
            like, having none, are not.
        maturity: Epochs of training after which the handicap is down by a factor e. An option is trained as often as it
            is part of the supernet: an epoch in which it has probability p is p epochs (co-adaptation).
        mixing: Share of all but the noise that is left in a supernet whose options are all trained at once.
        minibatch: Standard deviation of what one minibatch adds to each slope.
        doubt: Standard deviation of what one validation batch adds to the error of a candidate.
    """

    correlation: Correlation = -0.39
    shared: Fraction = 0.41
    skip: NonNegative = 0.51
    handicap: NonNegative = 0.93
    maturity: Positive = 3.0
    mixing: NonNegative = 0.29
    minibatch: NonNegative = 1.4
    doubt: NonNegative = 0.52

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self), include_extras=True)
        for field in fields(self):
            check_value(f"weight sharing: {field.name!r}", getattr(self, field.name), hints[field.name])

    @property
    def noise(self) -> tuple[float, float]:
        """The standard deviations, over architectures, of the shared part of the noise and of each network's own."""
        variance = 1.0 - self.correlation**2
        return sqrt(variance * self.shared), sqrt(variance * (1.0 - self.shared))
