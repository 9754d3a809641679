"""What a year may bring, as files."""

from pathlib import Path

from salessim.experiment import Outlook
from salessim.output import put, workshop


def write_outlook(outlook: Outlook, folder: Path) -> None:
    """Write the ranges, the chances and the scenario.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    with workshop(folder) as made:
        for name in ("outlook", "chances", "failures"):
            table = outlook.table if name == "outlook" else getattr(outlook, name)
            table.to_csv(made / f"{name}.csv", index=False, lineterminator="\n")
        (made / "scenario.yaml").write_text(outlook.scenario.to_yaml(), "utf-8", newline="\n")
        put(made, folder)
