"""Where the files are that go with the package: presets and notebooks.

They lie beside the package in a checkout, and inside it once it is installed.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `data` or `notebooks`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def presets() -> list[str]:
    """Names of the presets, sorted.

    Examples
    --------
    >>> "baseline" in presets()
    True
    """
    return sorted(path.stem for path in (folder("data") / "presets").glob("*.yaml"))


def preset(name: str) -> Path | None:
    """File of a preset, or None where there is none of this name."""
    return folder("data") / "presets" / f"{name}.yaml" if name in presets() else None
