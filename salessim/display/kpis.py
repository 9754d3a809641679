"""What people call each KPI, its unit, and which direction is better: one row a KPI.

What a KPI counts, and how, is `run.kpis`' to know; a KPI without a row here is an error there.
"""

from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Label:
    """How people see a KPI.

    Parameters
    ----------
    name : str
        As in `kpis.csv`.
    text : str
        What people call it, to begin a line or stand in a sentence (without a capital).
    unit : str
        As in `kpis.csv`.
    better : {"higher", "lower", "neither"}
        Which direction is better; neither where that depends on the rest.
    """

    name: str
    text: str
    unit: str
    better: Better = "higher"

    @property
    def title(self) -> str:
        """The text with a capital, for the start of a line."""
        return self.text[:1].upper() + self.text[1:]

    def is_better(self, difference: float, judged: bool = True) -> bool | None:
        """Whether a difference is for the better; None where none can say or judge it."""
        if self.better == "neither" or not difference or not judged:
            return None
        return (difference > 0) == (self.better == "higher")


# ROLE and STAGE stand for the names of the scenario.
LABELS = {
    label.name: label
    for label in (
        Label("leads", "leads", "leads", "neither"),
        Label("won", "deals won", "deals"),
        Label("revenue", "revenue", "currency"),
        Label("conversion_rate", "deals won of closed leads", "share"),
        Label("conversion_rate.STAGE", "pass rate at STAGE", "share"),
        Label("wait_days.STAGE", "wait for STAGE", "working days", "lower"),
        Label("went_cold.STAGE", "leads that gave up waiting for STAGE", "leads", "lower"),
        Label("returned", "leads that came back", "leads", "neither"),
        Label("average_deal_size", "average deal size", "currency"),
        Label("win_rate", "win rate", "share"),
        Label("lead_to_opportunity", "lead-to-opportunity rate", "share"),
        Label("pipeline_coverage", "pipeline coverage", "ratio"),
        Label("response_hours", "hours to first contact", "working hours", "lower"),
        Label("within_promise", "leads contacted within the target time", "share"),
        Label("sales_cycle_days", "sales cycle", "working days", "lower"),
        Label("pipeline_value", "open pipeline", "currency", "neither"),
        Label("utilisation.ROLE", "utilization of ROLE", "share", "neither"),
        Label("selling_time_share", "share of time spent selling", "share"),
        Label("revenue_per_seller", "revenue per seller", "currency"),
        Label("productivity", "deals won per seller day", "deals a day"),
        Label("people", "headcount", "people", "lower"),
        Label("cost", "cost", "currency", "lower"),
        Label("cost_per_win", "cost per deal won", "currency", "lower"),
        Label("contribution", "contribution", "currency"),
        Label("quota_attainment", "quota attainment", "share"),
        Label("customer_satisfaction", "customer satisfaction", "share"),
        Label("renewal_rate", "renewal rate", "share"),
    )
}

# Other words that people have for a KPI, in lower case with _ for a gap.
SYNONYMS = {
    "deals": "won", "wins": "won", "deals_won": "won", "closed_won": "won", "orders": "won",
    "sales": "revenue", "bookings": "revenue", "turnover": "revenue", "income": "revenue",
    "profit": "contribution", "margin": "contribution", "earnings": "contribution",
    "costs": "cost", "spend": "cost", "budget": "cost", "cac": "cost_per_win",
    "cost_per_deal": "cost_per_win", "deal_size": "average_deal_size",
    "average_deal": "average_deal_size", "acv": "average_deal_size", "close_rate": "win_rate",
    "conversion": "conversion_rate", "response_time": "response_hours",
    "speed_to_lead": "response_hours", "cycle": "sales_cycle_days",
    "cycle_time": "sales_cycle_days", "pipeline": "pipeline_value",
    "coverage": "pipeline_coverage", "headcount": "people", "staff": "people",
    "employees": "people", "attainment": "quota_attainment", "quota": "quota_attainment",
    "csat": "customer_satisfaction", "satisfaction": "customer_satisfaction",
    "retention": "renewal_rate", "renewals": "renewal_rate",
    "within_target": "within_promise",
}  # fmt: skip

# What a first look and a verdict are about, in this order.
HEADLINE = (
    "won", "revenue", "win_rate", "sales_cycle_days", "response_hours", "productivity",
    "contribution",
)  # fmt: skip


def label_of(name: str) -> Label:
    """How people see a KPI, also one by role or stage.

    Parameters
    ----------
    name : str
        As in `kpis.csv`.

    Raises
    ------
    KeyError
        For a name that isn't a KPI's.

    Examples
    --------
    >>> label_of("response_hours").title, label_of("utilisation.ae").text
    ('Hours to first contact', 'utilization of AEs')
    >>> label_of("cost").is_better(-500.0)
    True
    """
    if name in LABELS:
        return LABELS[name]
    stem, _, part = name.partition(".")
    for word in ("ROLE", "STAGE"):
        known = LABELS.get(f"{stem}.{word}")
        if known and part:
            said = role_name(part, 2) if word == "ROLE" else part
            return replace(known, name=name, text=known.text.replace(word, said))
    raise KeyError(name)


def is_kpi(name: str) -> bool:
    """Whether there is such a KPI."""
    try:
        label_of(name)
    except KeyError:
        return False
    return True


def role_name(role: str, count: int | None = None) -> str:
    """What people call a role, or so many of its people.

    Abbreviations are in capitals, the rest is as the scenario has it.

    Examples
    --------
    >>> role_name("ae"), role_name("sdr", 2), role_name("support"), role_name("support", 1)
    ('AE', 'SDRs', 'support', 'support person')
    """
    if role == "support":
        return {None: role, 1: "support person"}.get(count, "support people")
    name = role.upper() if role in ("ae", "sdr") else role
    return name if count in (None, 1) or name.endswith("s") else f"{name}s"
