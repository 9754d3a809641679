"""The pictures of docs/plots.md, and the page itself: `make pictures`."""

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

import salessim as ss
from salessim import plots

DOCS = Path(__file__).parent.parent / "docs"
HEAD = """\
# Pictures

Results draw themselves: one line each, and the title is the message. A picture is a matplotlib
figure (`figure.savefig("funnel.png")`); `plots.description(figure)` says it in words. For a dark
background: `with plots.theme("dark"): year.plot.funnel()`. Written by `make pictures`.

    import salessim as ss
    from salessim import plots
    base = ss.Scenario.load("baseline")
    year = ss.simulate(base, replication=5)
"""


def pictures() -> Iterator[tuple[str, str, str, Figure]]:
    """Name, question, the line of code, and the picture."""
    base = ss.Scenario.load("baseline")
    year, more = ss.simulate(base, replication=5), base.replace({"team.ae.count": 9})
    effect = ss.compare(base, more, replications=30)
    line = ss.sweep(base, {"team.ae.count": [6, 7, 8, 9, 10]}, replications=20)
    grid = ss.sweep(base, {"team.ae.count": [6, 8, 10], "team.support.count": [1, 2, 3]}, 20)
    best = ss.best(base, {"team.ae.count": [6, 7, 8, 9, 10]}, "contribution")
    ends = {"team.ae.count": [7, 9], "team.sdr.count": [2, 4], "process.demo.admin_hours": [1, 3]}
    tornado = ss.tornado(base, ends, "won")
    years = ss.replicate(base, 40).values
    warm_up, outlook = ss.warm_up(base), ss.outlook(base)
    yield "funnel", "Where are leads lost?", "year.plot.funnel()", year.plot.funnel()
    yield "pipeline", "Where are the open leads?", "year.plot.pipeline()", year.plot.pipeline()
    yield ("revenue", "Is revenue on its way to the target?",
           "year.plot.revenue(target=5_500_000)", year.plot.revenue(5_500_000))  # fmt: skip
    yield "waits", "How long does work wait?", "year.plot.waits()", year.plot.waits()
    yield "time-use", "Where does people's time go?", "year.plot.time_use()", year.plot.time_use()
    yield "story", "What happened to one lead?", "year.plot.story()", year.plot.story()
    yield ("years", "How much do years differ by chance?",
           'plots.range_of_years(ss.replicate(base, 40).values["won"], "deals won", "deals")',
           plots.range_of_years(years["won"], "deals won", "deals"))  # fmt: skip
    yield ("fan", "What range does a year have, month by month?", "ss.outlook(base).plot()",
           outlook.plot())  # fmt: skip
    yield ("effects", "What does a change do?",
           'ss.compare(base, base.replace({"team.ae.count": 9})).plot()',
           effect.plot())  # fmt: skip
    yield ("curve", "How does a KPI follow one value?",
           'ss.sweep(base, {"team.ae.count": [6, 7, 8, 9, 10]}).plot()', line.plot())  # fmt: skip
    yield ("map", "And two values?",
           'ss.sweep(base, {"team.ae.count": [6, 8, 10], "team.support.count": [1, 2, 3]}).plot()',
           grid.plot())  # fmt: skip
    yield ("designs", "Which design is best?",
           'ss.best(base, {"team.ae.count": [6, 7, 8, 9, 10]}, "contribution").plot()',
           best.plot())  # fmt: skip
    yield ("tornado", "What matters most?",
           ('ends = {"team.ae.count": [7, 9], "team.sdr.count": [2, 4],\n'
            '            "process.demo.admin_hours": [1, 3]}\n'
            '    plots.tornado(ss.tornado(base, ends, "won"), "deals won", "deals")'),
           plots.tornado(tornado, "deals won", "deals"))  # fmt: skip
    yield ("warm-up", "How long does a department take to settle?",
           ("found = ss.warm_up(base); "
           'plots.welch(found.series, "open leads", found.days, found.given)'),
           plots.welch(warm_up.series, "open leads", warm_up.days, warm_up.given))  # fmt: skip


def main() -> None:
    """Write the pictures and the page."""
    parts = [HEAD]
    for name, question, code, figure in pictures():
        figure.savefig(DOCS / "images" / f"plot-{name}.png", dpi=60)
        words = " ".join(figure.get_suptitle().split())
        parts.append(f"## {question}\n\n    {code}\n\n![{words}](images/plot-{name}.png)\n")
    (DOCS / "plots.md").write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
