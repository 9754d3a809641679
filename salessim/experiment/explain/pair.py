"""What a study keeps of two runs under the same draws: the parts of their difference."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salessim.experiment.explain.evidence import ROLE, STAGE, Evidence, see_results_of_both
from salessim.experiment.explain.parts import PART, parts_of
from salessim.experiment.explain.traced import Traced
from salessim.run.record import Record


@dataclass(frozen=True)
class Pair:
    """Two runs, base and what-if, compared lead by lead.

    Parameters
    ----------
    stages : tuple of str
        Of both processes, in one order.
    parts : structured array, stages + 1 by changes
        What each part of the difference adds up to, as `PART` has it; the last row holds
        what belongs to no stage.
    base, what_if : Evidence
        What the event logs say of stages and roles.
    """

    stages: tuple[str, ...]
    parts: NDArray[np.void]
    base: Evidence
    what_if: Evidence

    @classmethod
    def of(cls, base: Record, what_if: Record) -> "Pair":
        """Compare two runs.

        Parameters
        ----------
        base, what_if : Record
            With the same seed, replication and window.
        """
        traced = Traced.of(base, what_if)
        evidence = Evidence.of(base, traced.stages), Evidence.of(what_if, traced.stages)
        see_results_of_both(evidence, traced.paths, traced.matched)
        return cls(tuple(traced.stages), parts_of(traced, base, what_if), *evidence)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        sides = {"base": self.base, "what_if": self.what_if}
        return {
            "stages": list(self.stages),
            "parts": [row.tolist() for row in self.parts],
            **{name: [e.stages.tolist(), e.roles.tolist()] for name, e in sides.items()},
        }

    @classmethod
    def read(cls, plain: dict[str, Any]) -> "Pair":
        """What `plain` has written."""
        parts = np.array([[tuple(cell) for cell in row] for row in plain["parts"]], PART)
        sides = (
            Evidence(_rows(plain[name][0], STAGE), _rows(plain[name][1], ROLE))
            for name in ("base", "what_if")
        )
        return cls(tuple(plain["stages"]), parts, *sides)


def _rows(plain: list[list[float]], kind: np.dtype[np.void]) -> NDArray[np.void]:
    return np.array([tuple(row) for row in plain], kind)
