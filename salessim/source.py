"""The package's own source as digests: what results and machine code were made from.

Knows files, and nothing of what is in them.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
MODEL = PACKAGE / "department"
RECORDED = MODEL / "recorded.json"  # digest of each file of the model that the engine equals
# What only shows results; all other code may change them.
ONLY_SHOWS = ("cli", "display", "lab.py", "plots", "reports", "studio")


def digest(files: Iterable[Path], size: int = 8) -> str:
    """A short hash of text files, the same whatever their line ends.

    Parameters
    ----------
    files : iterable of Path
    size : int
        In bytes.

    Returns
    -------
    str
        Two hexadecimal digits a byte (BLAKE2b).
    """
    found = hashlib.blake2b(digest_size=size)
    for file in files:
        found.update(file.read_text("utf-8").encode())
    return found.hexdigest()


def digest_of_imports(file: str) -> str:
    """A short hash of all sources of the package that a module takes anything from.

    Parameters
    ----------
    file : str
        The module's own `__file__`.
    """
    return digest(imported_by(Path(file)))


def imported_by(file: Path) -> list[Path]:
    """Sources of the package in which the names are defined that a source imports.

    Parameters
    ----------
    file : Path
        Of the package. Of its imports, those in the same folder count with what they import in
        turn; others don't.

    Returns
    -------
    list of Path
        In alphabetical order. A name that a package passes on is looked for where it is
        defined.

    Examples
    --------
    >>> [path.name for path in imported_by(PACKAGE / "run" / "tally.py")]
    ['clock.py', 'jit.py', 'journal.py', 'rules.py', 'source.py', 'terms.py']
    """
    found, todo = set[Path](), [file]
    while todo:
        new = _imports(todo.pop()) - found
        found |= new
        todo += [path for path in new if path.parent == file.parent]
    return sorted(found)


def _imports(file: Path) -> set[Path]:
    """Sources of the package that one source imports names from."""
    return {
        _defining(module, name)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for module in [node.module or ""]
        if module.split(".")[0] == PACKAGE.name
        for name in [alias.name for alias in node.names]
    }


def _defining(module: str, name: str) -> Path:
    """The file in which a name is defined that is imported from a module."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    if not place.is_dir():
        return place.with_suffix(".py")
    for inside in (place / name / "__init__.py", place / f"{name}.py"):
        if inside.exists():
            return inside
    package = place / "__init__.py"
    for node in ast.walk(ast.parse(package.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return _defining(node.module or "", name)
    return package


@cache
def code_digest() -> str:
    """A hash of all code that makes results: what only shows them is left out.

    Examples
    --------
    >>> len(code_digest())
    32
    """
    files = sorted(PACKAGE.rglob("*.py"))
    return digest((f for f in files if f.relative_to(PACKAGE).parts[0] not in ONLY_SHOWS), 16)


@cache
def edited() -> tuple[str, ...]:
    """Files of the SimPy model that differ from the model that the compiled engine equals.

    Returns
    -------
    tuple of str
        Such as department/journey.py, also files that were added or removed; empty in a
        package that was not edited.
    """
    then, now = json.loads(RECORDED.read_text("utf-8")), _model()
    names = sorted({*then, *now})
    return tuple(f"{MODEL.name}/{name}" for name in names if then.get(name) != now.get(name))


def record() -> None:
    """Record the SimPy model as the one that the compiled engine equals: `make model`."""
    RECORDED.write_text(json.dumps(_model(), indent=2) + "\n", "utf-8", newline="\n")


def _model() -> dict[str, str]:
    return {file.name: digest([file]) for file in sorted(MODEL.glob("*.py"))}
