"""What a comparison found, as files."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from salessim import plots
from salessim.display import HEADLINE, label_of
from salessim.experiment import Effect
from salessim.experiment.wording import described
from salessim.output import put, workshop
from salessim.reports.report import Report
from salessim.simulate import simulate
from salessim.version import __version__

SHOWN = [
    "kpi", "verdict", "base", "what_if", "difference", "low", "high", "unit", "replications",
    "variance_reduction", "needed",
]  # fmt: skip


def write_effect(
    effect: Effect, folder: Path, command: Sequence[str], say: Callable[[str], None]
) -> None:
    """Write a comparison's tables, a page and a book to pass on.

    Parameters
    ----------
    effect : Effect
        Of one or more what-ifs.
    folder : Path
        The study's.
    command : sequence of str
        What to type to have it again.
    say : function of str
        Told of each file before it is made.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    say("writing what changed")
    several = len(effect.what_ifs) > 1
    each = [_deals(effect, place) for place in range(len(effect.what_ifs))]
    deals = each[0]
    report = effect_report(effect, deals, command)
    with workshop(folder) as made:
        effect.table.to_csv(made / "effects.csv", index=False, lineterminator="\n")
        for name, tables in (("because", effect.because), ("deals", each)):
            _named(effect, tables).to_csv(made / f"{name}.csv", index=False, lineterminator="\n")
        if several:
            effect.pairs.to_csv(made / "pairs.csv", index=False, lineterminator="\n")
        effect.failures.to_csv(made / "failures.csv", index=False, lineterminator="\n")
        (made / "base.yaml").write_text(effect.base.to_yaml(), "utf-8", newline="\n")
        for number, what_if in enumerate(effect.what_ifs, 1):
            file = f"what-if-{number}.yaml" if several else "what-if.yaml"
            (made / file).write_text(what_if.to_yaml(), "utf-8", newline="\n")
        say("writing report.html and report.xlsx")
        report.write_page(made / "report.html")
        report.write_book(made / "report.xlsx")
        put(made, folder)


def _deals(effect: Effect, place: int) -> pd.DataFrame:
    """The deals of the first year that a what-if wins or loses, if there is a year to tell of."""
    paired = effect.tables[place]["replications"].max() > 0
    return effect.deals(what_if=place) if paired else pd.DataFrame(columns=["lead", "because"])


def _named(effect: Effect, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The table of the what-if; of several, one below the other, named by `scenario`."""
    if len(tables) == 1:
        return tables[0]
    parts = [table.copy() for table in tables]
    for part, name in zip(parts, effect.names[1:], strict=True):
        part.insert(0, "scenario", name)
    return pd.concat(parts, ignore_index=True)


def effect_report(effect: Effect, deals: pd.DataFrame, command: Sequence[str]) -> Report:
    """The report of a comparison; its pictures and its story are of the first what-if."""
    change = described(effect.base, effect.what_ifs[0])
    answer, *sentences = [line for line in effect.summary().splitlines() if line]
    name = effect.base.name or "the department"
    observed = effect.table[effect.table["replications"] > 0]
    won, lost = ((deals["because"] == word).sum() for word in ("won", "lost"))
    return Report(
        title=f"{name}: what if?",
        question=f"{change}: what does it do to {name}?",
        answer=answer,
        sentences=[
            *sentences,
            _in_the_first_year(won, lost),
        ],
        tables={
            "effects": observed[[c for c in ("scenario", *SHOWN) if c in observed]],
            "deals that changed sides": deals,
        },
        pictures=[
            plots.effects(
                effect.tables[0], {kpi: label_of(kpi).text for kpi in HEADLINE}, effect.margin
            ),
            *_story(effect, deals),
        ],
        assumptions=_assumptions(effect),
        command=shlex.join(command),
    )


def _in_the_first_year(won: int, lost: int) -> str:
    told = " The second picture is the story of the largest that it won." if won else ""
    return f"In the first of the years the change alone won {won} deals and lost {lost}.{told}"


def _story(effect: Effect, deals: pd.DataFrame) -> list[Figure]:
    """The story of the largest deal that was won only because of the change.

    Not of one that the base had still open at the end: it may have won that one too.
    """
    won = deals[(deals["because"] == "won") & (deals["base"] != "open")]
    if won.empty:
        return []
    run = simulate(effect.what_ifs[0], effect.seed, 0)
    told = won[won["lead"].isin(run.activities["lead"])]
    if told.empty:
        return []
    lead = str(told.loc[told["value"].idxmax(), "lead"])
    return [plots.story(lead, run.leads, run.activities, run.record.days)]


def _assumptions(effect: Effect) -> list[str]:
    count = int(effect.table["replications"].max())
    calendar = effect.base.calendar
    luck = (
        f"{count} pairs of runs, each of {calendar.days} working days after a warm-up of "
        f"{calendar.warm_up_days}; both of a pair have the same leads and the same luck "
        f"(seed {effect.seed})."
    )
    verdicts = (
        "Low and high are the ends of the 95 % interval; a verdict takes into account that there "
        "are several headline figures (Holm's correction)."
    )
    return [
        luck,
        f"A difference below {effect.margin:.0%} of the base counts as one that does not matter.",
        verdicts,
        "What is not in the scenario does not happen in the model.",
        *(f"{flag}." for flag in effect.flags),
        f"salessim {__version__}; base.yaml and what-if.yaml beside this page are the scenarios.",
    ]
