"""The project around the package: versions that go together, sources of numbers, plain files."""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from salessim import Scenario
from salessim.cli import app
from salessim.resources import presets
from salessim.run.kpis import KPIS
from salessim.scenario.reference import reference_page
from salessim.version import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pyyaml": "PyYAML"}


def lines_of(name: str) -> list[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins() -> dict[str, str]:
    """Version by canonical name, as `constraints.txt` pins it."""
    pairs = (line.split("==") for line in lines_of("constraints.txt"))
    return {canonicalize_name(name): version for name, version in pairs}


# Versions


def test_constraints_are_exact_pins_and_nothing_else() -> None:
    lines = lines_of("constraints.txt")
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==\d[\w.]*", line)] == []
    names = [canonicalize_name(line.partition("==")[0]) for line in lines]
    assert len(names) == len(set(names))


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(one) for one in [*PROJECT["dependencies"], *(o for e in extras for o in e)]]


@pytest.mark.parametrize("needed", requirements(), ids=str)
def test_every_dependency_has_a_pin_that_will_do(needed: Requirement) -> None:
    pin = pins().get(canonicalize_name(needed.name))
    assert pin is not None, f"{needed.name} has no pin in constraints.txt"
    assert needed.specifier.contains(pin)
    assert needed.url is None


def conda_versions() -> dict[str, str]:
    packages = [one for one in ENVIRONMENT["dependencies"] if isinstance(one, str)]
    pairs = (one.split("==") for one in packages if "==" in one)
    return {CONDA_NAMES.get(name, name): version for name, version in pairs}


def test_the_conda_environment_has_the_versions_of_the_constraints() -> None:
    pinned = pins()
    expected = {name: pinned[canonicalize_name(name)] for name in conda_versions()}
    assert conda_versions() == expected


def test_the_conda_environment_has_all_that_the_package_and_its_lab_need() -> None:
    have = {canonicalize_name(name) for name in conda_versions()}
    needed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"]]
    assert {canonicalize_name(Requirement(one).name) for one in needed} <= have


def test_all_say_the_same_about_python() -> None:
    assert f"python{PROJECT['requires-python']}" in ENVIRONMENT["dependencies"]
    assert (
        ".".join(map(str, sys.version_info[:3]))
        in Requirement(f"python{PROJECT['requires-python']}").specifier
    )


def test_the_changelog_begins_with_this_version() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0].strip("[]") == __version__


# What the package imports


@cache
def imported(file: Path) -> frozenset[str]:
    """Names of the modules that a file imports, the first word of each."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return frozenset(name.partition(".")[0] for name in names)


SOURCES = sorted((ROOT / "salessim").rglob("*.py"))
POSIX_ONLY = {"crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline"}
POSIX_ONLY |= {"resource", "spwd", "syslog", "termios", "tty"}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_imports_nothing_that_windows_lacks(file: Path) -> None:
    assert POSIX_ONLY.isdisjoint(imported(file))


def test_the_package_imports_only_what_it_declares() -> None:
    declared = {"PyYAML": "yaml", "Jinja2": "jinja2", "XlsxWriter": "xlsxwriter"}
    names = {Requirement(one).name for one in PROJECT["dependencies"]}
    for extra in ("lab", "cluster", "fast"):
        names |= {Requirement(one).name for one in PROJECT["optional-dependencies"][extra]}
    known = {declared.get(name, name) for name in names} | {"salessim", "pydantic_core", "IPython"}
    used = {name for file in SOURCES for name in imported(file)}
    assert used - known - sys.stdlib_module_names == set()


# Files


def tracked() -> list[Path]:
    """Files of the repository, and those that would be added to it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_no_file_carries_an_address_of_one_machine_or_of_a_registry() -> None:
    machines = ["/" + place + "/" for place in ("work", "root")]
    registries = ["pypi." + "org", "pythonhosted." + "org", "anaconda." + "org", "npmjs." + "org"]
    found = [
        f"{file.relative_to(ROOT)}: {address}"
        for file in tracked()
        for address in (*machines, *registries)
        if address.encode() in file.read_bytes()
    ]
    assert found == []


def test_text_files_have_plain_line_ends() -> None:
    kinds = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".ipynb", ".cfg"}
    texts = [file for file in tracked() if file.suffix in kinds]
    assert texts
    assert [file.name for file in texts if b"\r" in file.read_bytes()] == []


def test_the_reference_of_the_scenario_is_the_one_that_make_docs_writes() -> None:
    assert (ROOT / "docs" / "scenario.md").read_text("utf-8") == reference_page()


def test_names_of_kpis_are_unique() -> None:
    assert len({kpi.name for kpi in KPIS}) == len(KPIS)


# Presets: each number has its source, or the word "assumption"

SOURCE = re.compile(r"assumption|survey|\b(?:19|20)\d\d\b")
TEXTS = {
    name: (ROOT / "data" / "presets" / f"{name}.yaml").read_text("utf-8") for name in presets()
}


def comment(line: str) -> str:
    """What a line says behind its #; no text of a preset holds one."""
    return line.partition("#")[2]


def comments_for(lines: list[str], number: int) -> str:
    """Comments on a line, and in the lines right above it."""
    said = [comment(lines[number])]
    while number and lines[number - 1].lstrip().startswith("#"):
        number -= 1
        said.append(comment(lines[number]))
    return " ".join(said)


def numbers(node: yaml.Node, above: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every number and date, with the lines on which it and the keys above it stand."""
    here = (*above, node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from numbers(value, (*above, key.start_mark.line))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from numbers(item, above)
    elif node.tag.rpartition(":")[2] in ("int", "float", "timestamp"):
        yield node.value, here


@pytest.mark.parametrize("name", presets())
def test_every_number_of_a_preset_has_a_source_or_is_called_an_assumption(name: str) -> None:
    lines = TEXTS[name].splitlines()
    root = yaml.compose(TEXTS[name], Loader=yaml.SafeLoader)
    without = [
        f"line {places[-1] + 1}: {value}"
        for value, places in numbers(root)
        if not SOURCE.search(" ".join(comments_for(lines, place) for place in places))
        and not re.search(r"days: \d+ +# (a|three) years?\b", lines[places[-1]])  # a definition
    ]
    assert without == []


@pytest.mark.parametrize("name", presets())
def test_a_preset_says_in_its_first_lines_what_it_is(name: str) -> None:
    assert TEXTS[name].startswith("# ")
    assert Scenario.load(name).description.endswith(("?", "."))


# Commands in the docs


def commands_in(page: str) -> list[list[str]]:
    """Every `salessim` command that a page shows in a block, cut into words."""
    text = (ROOT / page).read_text("utf-8")
    lines = re.findall(r"^ {4}(?:\.venv/bin/)?salessim ([^#\n]*)", text, re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("page", ["README.md", "docs/studies.md"])
def test_commands_that_the_docs_show_have_these_options(page: str) -> None:
    commands = get_command(app).commands
    shown = commands_in(page)
    assert len(shown) > 4
    for name, *words in shown:
        if name.startswith("--"):  # of the program itself
            continue
        known = commands[name].params
        options = {option for parameter in known for option in parameter.opts}
        bare = [word.strip("[]") for word in words]
        asked = {word.split("=")[0] for word in bare if word.startswith("--")}
        assert asked <= options, f"{name} has no {asked - options}"
