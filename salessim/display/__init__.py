"""What people see: KPI labels and directions, number formats, colors, and spacing.

Shared by pictures, reports, messages, and widgets; knows nothing about how anything is computed.
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
