"""Confidence intervals from replications: how tests hold the model to a theory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salessim.experiment.statistics import Interval, student

CONFIDENCE = 0.997
PRECISE = 0.15  # half-width over the theory's value, above which an interval says too little


def interval(
    values: Sequence[float] | NDArray[np.floating], confidence: float = CONFIDENCE
) -> Interval:
    """Student's interval for the mean, from one value a replication."""
    return student(values, confidence)


def assert_agrees(values: Sequence[float] | NDArray[np.floating], theory: float) -> None:
    """The theory's value lies in the interval of the replications, and the interval is narrow."""
    found = interval(values)
    said = f"{found.mean:.5g} +- {found.half_width:.2g}"
    assert theory in found, f"theory says {theory:.5g}, {len(values)} replications {said}"
    assert found.half_width < PRECISE * theory, f"{said} is too wide to test {theory:.5g}"
