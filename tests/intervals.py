"""Confidence intervals from replications: how tests hold the model to a theory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

CONFIDENCE = 0.997
PRECISE = 0.15  # half-width over the theory's value, above which an interval says too little


@dataclass(frozen=True)
class Interval:
    """A mean of replications and how far it may be off."""

    mean: float
    half_width: float

    @property
    def low(self) -> float:
        """Lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end."""
        return self.mean + self.half_width

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.mean:.5g} +- {self.half_width:.2g}"


def interval(
    values: Sequence[float] | NDArray[np.floating], confidence: float = CONFIDENCE
) -> Interval:
    """Student's interval for the mean, from one value a replication."""
    sample = np.asarray(values, dtype=float)
    size = len(sample)
    quantile = float(student.ppf(0.5 + confidence / 2, size - 1))
    return Interval(float(sample.mean()), quantile * float(sample.std(ddof=1)) / size**0.5)


def assert_agrees(values: Sequence[float] | NDArray[np.floating], theory: float) -> None:
    """The theory's value lies in the interval of the replications, and the interval is narrow."""
    found = interval(values)
    assert theory in found, f"theory says {theory:.5g}, {len(values)} replications {found}"
    assert found.half_width < PRECISE * theory, f"{found} is too wide to test {theory:.5g}"
