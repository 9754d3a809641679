"""The reports of a small department, for the tests that read them."""

from pathlib import Path

import salessim as ss
from salessim import reports
from salessim.experiment.bottleneck import bottleneck

DESK = {
    "name": "a small team",
    "currency": "EUR",
    "calendar": {"days": 260, "warm_up_days": 65},
    "channels": {"website": {"leads_per_day": 3, "cost_per_lead": 40}},
    "segments": {"all": {"share": 1, "value": {"distribution": "lognormal", "mean": 9000}}},
    "territories": {"north": {"share": 0.5}, "south": {"share": 0.5}},
    "team": {
        "sdr": {"count": 2, "salary_per_year": 50_000},
        "ae": {"count": 2, "salary_per_year": 90_000},
    },
    "process": [
        {
            "name": "first call",
            "role": "sdr",
            "effort": {"distribution": "exponential", "mean_hours": 3},
            "pass_probability": 0.5,
            "customer_delay": {"distribution": "exponential", "mean_days": 2},
        },
        {
            "name": "closing",
            "role": "ae",
            "effort": {"distribution": "exponential", "mean_hours": 8},
            "pass_probability": 0.6,
            "patience": {"distribution": "exponential", "mean_days": 4},
            "admin_hours": 2,
        },
    ],
    "economics": {"gross_margin": 0.7},
}
STUDIES = ("run", "compare", "options", "sweep", "best", "outlook", "why", "year")


def base() -> ss.Scenario:
    return ss.Scenario.parse(DESK)


def effect(count: int = 1) -> ss.Effect:
    return ss.compare(base(), base().replace({"team.ae.count": count}), replications=8, workers=1)


def options() -> ss.Effect:
    what_ifs = [
        base().replace({"name": "third AE", "team.ae.count": 3}),
        base().replace({"name": "third SDR", "team.sdr.count": 3}),
    ]
    return ss.compare(base(), *what_ifs, replications=8, workers=1)


def sweep() -> ss.Sweep:
    vary = {"team.ae.count": [1, 2, 3], "team.sdr.count": [1, 2]}
    return ss.sweep(base(), vary, replications=4, workers=1)


def best() -> ss.Best:
    vary = {"team.ae.count": [1, 2, 3]}
    return ss.best(base(), vary, "contribution", ["win_rate>=0.2"], runs=30, workers=1)


def outlook() -> ss.Outlook:
    return ss.outlook(base(), 20, targets=["won>=150"], workers=1)


def why() -> ss.Explanation:
    return ss.explain(base(), base().replace({"team.ae.count": 1}), replications=8, workers=1)


def year() -> ss.Year:
    return ss.explain_year(base(), replication=3, replications=20, workers=1)


def limits_of(run: ss.Run) -> list[str]:
    return reports.limits_in_words(run, bottleneck(base(), 5, workers=1))


def write_all(folder: Path) -> None:
    """Each study's report in a folder of its own."""
    said: list[str] = []
    command = ["salessim", "--out", "DIR"]
    rest = (command, said.append)
    run = ss.simulate(base())
    reports.write_run_report(
        run, folder / "run", command, False, said.append, limits=limits_of(run)
    )
    reports.write_effect(effect(), folder / "compare", *rest)
    reports.write_effect(options(), folder / "options", *rest)
    reports.write_sweep(sweep(), base(), folder / "sweep", *rest)
    reports.write_best(best(), base(), folder / "best", *rest)
    reports.write_outlook(outlook(), folder / "outlook", *rest)
    reports.write_explanation(why(), folder / "why", *rest)
    reports.write_year(year(), folder / "year", *rest)
