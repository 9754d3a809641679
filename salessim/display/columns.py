"""Tables for a terminal."""

from collections.abc import Sequence

GAP = "   "  # wide enough that headers of several words don't run together


def in_columns(rows: Sequence[Sequence[object]]) -> str:
    """Rows of cells as text in columns: the first to the left, the others to the right.

    Parameters
    ----------
    rows : sequence of sequences
        The header first; all of one length.

    Examples
    --------
    >>> print(in_columns([("stage", "gives up after"), ("demo", "15 d")]))
    stage   gives up after
    demo              15 d
    """
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        GAP.join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in texts
    )
