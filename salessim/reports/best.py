"""Which design is best, as files."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from salessim import plots
from salessim.display import label_of
from salessim.experiment import Best
from salessim.experiment.best_words import answer
from salessim.experiment.standing import RANKED, Standing
from salessim.experiment.sweep import told
from salessim.output import put, workshop
from salessim.reports.report import Report
from salessim.scenario import Scenario
from salessim.version import __version__

MOST_DRAWN = 40


def write_best(
    best: Best, base: Scenario, folder: Path, command: Sequence[str], say: Callable[[str], None]
) -> None:
    """Write the designs, a page and a book to pass on.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    report = best_report(best, base, command)
    with workshop(folder) as made:
        best.table.to_csv(made / "designs.csv", index=False, lineterminator="\n")
        best.failures.to_csv(made / "failures.csv", index=False, lineterminator="\n")
        (made / "scenario.yaml").write_text(base.to_yaml(), "utf-8", newline="\n")
        say("writing report.html and report.xlsx")
        report.write_page(made / "report.html")
        report.write_book(made / "report.xlsx")
        put(made, folder)


def best_report(best: Best, base: Scenario, command: Sequence[str]) -> Report:
    """The report of a search."""
    name = base.name or "the department"
    counts = best.table["standing"].value_counts()
    said = ", ".join(f"{count} {standing}" for standing, count in counts.items())
    luck = (
        f"{best.runs:,} runs in all, more where they decide (optimal computing budget "
        f"allocation); {best.table['replications'].min()} to {best.table['replications'].max()} "
        "for a design, under the same luck."
    )
    level = (
        "What is statistically tied with the best is found by paired differences at 95%, corrected "
        "for the number of designs; the level is approximate, since runs follow what was seen."
    )
    return Report(
        title=f"{name}: which is best?",
        question=f"Which of {len(best.points)} designs is best for {best.goal}?",
        answer=answer(best),
        sentences=[f"Of the designs: {said}."],
        tables={"designs": best.table},
        pictures=_pictures(best),
        assumptions=[luck, level, *(f"{flag}." for flag in best.flags), f"salessim {__version__}"],
        command=shlex.join(command),
    )


def _pictures(best: Best) -> list[Figure]:
    names = [told(point).replace("$", r"\$") for point in best.points]
    what, standing = label_of(best.goal).text, best.table["standing"]
    pictures = []
    if len(names) <= MOST_DRAWN:
        pictures.append(plots.standings(best.table, names, what, label_of(best.goal).unit))
    if best.table.loc[standing.isin(RANKED), "cost"].notna().any():
        chosen = [names[i] for i in standing.index[standing == Standing.BEST]]
        inside = best.table[standing.isin(RANKED)]
        told_inside = [names[i] for i in inside.index]
        pictures.append(plots.pareto(inside["cost"], inside["revenue"], told_inside, chosen))
    return pictures
