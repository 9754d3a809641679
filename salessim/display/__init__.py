"""How people see the kit: KPI labels and directions, number formats, colors and spacing.

Knows nothing of how anything is computed; pictures, reports, messages and widgets share it.
"""

from salessim.display.kpis import HEADLINE, Label, is_kpi, label_of
from salessim.display.numbers import (
    as_given,
    between,
    change,
    count_of,
    currency_of,
    figure,
    long_date,
    money,
    percent,
    with_unit,
)

__all__ = [
    "HEADLINE",
    "Label",
    "as_given",
    "between",
    "change",
    "count_of",
    "currency_of",
    "figure",
    "is_kpi",
    "label_of",
    "long_date",
    "money",
    "percent",
    "with_unit",
]
