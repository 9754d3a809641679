"""Frozen scenarios whose tables stay as they are.

Each file in `tests/fixtures` names some mechanisms; `hashes.json` holds a hash of each column
of its six tables, and of each KPI, for seed 1. A later mechanism that a scenario does not name
must not move them: absent means off, and draws for a new purpose move no other. A new column or
KPI stands beside the old ones. Where an old one moves on purpose (a fault repaired), look at
what changed in the tables, then write the hashes again; new ones are written the same way:

    python -m tests.test_fixtures

Numbers are hashed to nine digits: the last ones may differ from one processor's
mathematics to another's, and "same bytes" is promised for one machine only.
"""

import hashlib
import json
from pathlib import Path

import pytest

import salessim as ss
from salessim.run.files import TABLES
from salessim.run.tables import as_written
from salessim.simulate import Engine

FIXTURES = Path(__file__).parent / "fixtures"
HASHES = FIXTURES / "hashes.json"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.yaml"))
SEED = 1
DIGITS = 16  # of a hash


def hashes_of(name: str, engine: Engine = "simpy") -> dict[str, str]:
    """Hash of each column of a fixture's tables, and of each KPI, as it is now."""
    run = ss.simulate(ss.Scenario.load(FIXTURES / f"{name}.yaml"), seed=SEED, engine=engine)
    hashes = {}
    for table in TABLES:
        frame = as_written(getattr(run, table))
        if table == "kpis":
            frame = frame.set_index("kpi")[["value"]].T
        for column in frame.columns:
            text = frame[[column]].to_csv(index=False, lineterminator="\n", float_format="%.9g")
            hashes[f"{table}.{column}"] = hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
    return hashes


def test_every_fixture_has_its_hashes() -> None:
    assert sorted(json.loads(HASHES.read_text("utf-8"))) == NAMES


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_scenario_tells_the_same_story(name: str, engine: Engine) -> None:
    frozen = json.loads(HASHES.read_text("utf-8"))[name]
    now = hashes_of(name, engine)
    moved = [column for column in frozen if now.get(column) != frozen[column]]
    assert not moved, f"{', '.join(moved)} of {name} are not what they were; see this file's top"
    new = sorted(now.keys() - frozen.keys())
    assert not new, f"{', '.join(new)} of {name} are new; write their hashes (see this file's top)"


def renew() -> None:
    """Write the hashes of the fixtures as they are now."""
    hashes = {name: hashes_of(name) for name in NAMES}
    HASHES.write_text(json.dumps(hashes, indent=2) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    renew()
