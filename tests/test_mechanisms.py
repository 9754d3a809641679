"""The page of mechanisms: every example on it is a scenario that runs."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import salessim as ss

PAGE = Path(__file__).parent.parent / "docs" / "mechanisms.md"
SECTIONS = re.findall(r"^## (.+?)$.*?```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize(("title", "text"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_an_example_is_valid_and_changes_the_baseline(title: str, text: str) -> None:
    changes: dict[str, Any] = yaml.safe_load(text)["changes"]
    short = ss.Scenario.load("baseline").replace({"calendar.days": 60})
    with_it = ss.simulate(short.replace(changes), 1).leads
    assert not with_it.equals(ss.simulate(short, 1).leads)
