"""Where to find the files that come with the package: presets, notebooks, and docs.

In a checkout they are next to the package; in an installed package they are inside it.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `data`, `docs`, or `notebooks`."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def presets() -> list[str]:
    """Sorted names of the presets.

    Examples
    --------
    >>> "baseline" in presets()
    True
    """
    return sorted(path.stem for path in (folder("data") / "presets").glob("*.yaml"))


def preset(name: str) -> Path | None:
    """The file of a preset, or None if there is no preset with this name."""
    return folder("data") / "presets" / f"{name}.yaml" if name in presets() else None
