"""Colors, sizes and spacing, for light and dark; what pictures, pages and widgets share."""

from dataclasses import dataclass

# Okabe & Ito's colors, which the color-blind can tell apart.
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
PINK, SKY, AMBER = "#CC79A7", "#56B4E9", "#E69F00"
GRAY, PALE = "#595959", "#D9D9D9"

# Better and worse are never told by color alone: a sign and a word stand beside it.
BETTER, WORSE, SAME = BLUE, ORANGE, GRAY


@dataclass(frozen=True)
class Theme:
    """The colors of a page or a picture; each text color has a contrast of 4.5 or more.

    Parameters
    ----------
    background, surface : str
        Behind everything, and behind a tile or a table's head.
    text, muted : str
        What is read first, and what stands beside it.
    line : str
        Rules and axes.
    better, worse, same : str
        Of words, signs and bars.
    link : str
    main, accent : str
        Of data: the first thing that is shown, and what stands out from it.
    pale : str
        Of what is of no account, such as idle time.
    """

    background: str
    surface: str
    text: str
    muted: str
    line: str
    better: str
    worse: str
    same: str
    link: str
    main: str
    accent: str
    pale: str


LIGHT = Theme(
    background="#FFFFFF", surface="#F4F6F8", text="#1A1A1A", muted="#595959", line="#C8CDD2",
    better="#00598C", worse="#A64800", same="#595959", link="#00598C",
    main=BLUE, accent=ORANGE, pale=PALE,
)  # fmt: skip
DARK = Theme(
    background="#15181B", surface="#21262B", text="#F2F2F2", muted="#B4BAC0", line="#4A5158",
    better="#6CC0F0", worse="#FF9E57", same="#B4BAC0", link="#6CC0F0",
    main=SKY, accent="#FF9E57", pale="#4A5158",
)  # fmt: skip

# Points and inches of pictures; pixels of pages and widgets.
TITLE, TEXT, SMALL = 16, 13, 11
WIDTH = 10.0
SPACE = 8  # every gap on a page is a multiple of it
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
