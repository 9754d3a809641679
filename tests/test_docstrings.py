"""Every example in a docstring runs, and every public name has its docstring."""

import doctest
import importlib
import pkgutil

import pytest

import salessim

MODULES = [
    "salessim",
    *(
        found.name
        for found in pkgutil.walk_packages(salessim.__path__, "salessim.")
        if not found.name.endswith("__main__")  # which runs the command
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = map(importlib.import_module, MODULES)
    assert sum(bool(test.examples) for one in modules for test in finder.find(one)) > 20


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_in_its_first_line_what_it_is_for(name: str) -> None:
    said = importlib.import_module(name).__doc__
    assert said
    assert len(said.splitlines()[0]) > 20


@pytest.mark.parametrize("name", salessim.__all__)
def test_a_public_name_has_a_docstring(name: str) -> None:
    public = getattr(salessim, name)
    if isinstance(public, str):  # the version
        return
    assert public.__doc__
    assert public.__module__.startswith("salessim.")


def test_what_is_public_is_listed_once() -> None:
    assert len(set(salessim.__all__)) == len(salessim.__all__)
    for name in ("Scenario", "ScenarioError", "Run", "simulate"):
        assert name in salessim.__all__
