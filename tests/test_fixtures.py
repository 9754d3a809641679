"""Frozen scenarios whose tables stay as they are.

Each file in `tests/fixtures` names some mechanisms; `hashes.json` holds the SHA-256 of
its six tables for seed 1. A later mechanism that a scenario does not name must not move
them: absent means off, and luck drawn for a new purpose moves no other. Where they move
on purpose (a fault put right, a new column or KPI), look at what changed in the tables,
then write the hashes again:

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


def hashes_of(name: str, engine: Engine = "simpy") -> dict[str, str]:
    """Hash of each table of a fixture, as it is now."""
    run = ss.simulate(ss.Scenario.load(FIXTURES / f"{name}.yaml"), seed=SEED, engine=engine)
    texts = {
        table: as_written(getattr(run, table)).to_csv(
            index=False, lineterminator="\n", float_format="%.9g"
        )
        for table in TABLES
    }
    return {table: hashlib.sha256(text.encode()).hexdigest() for table, text in texts.items()}


def test_every_fixture_has_its_hashes() -> None:
    assert sorted(json.loads(HASHES.read_text("utf-8"))) == NAMES


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_scenario_tells_the_same_story(name: str, engine: Engine) -> None:
    frozen = json.loads(HASHES.read_text("utf-8"))[name]
    now = hashes_of(name, engine)
    moved = [table for table in frozen if now.get(table) != frozen[table]]
    assert not moved, f"{', '.join(moved)} of {name} are not what they were; see this file's top"
    assert now.keys() == frozen.keys()


def renew() -> None:
    """Write the hashes of the fixtures as they are now."""
    hashes = {name: hashes_of(name) for name in NAMES}
    HASHES.write_text(json.dumps(hashes, indent=2) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    renew()
