"""The plot that compares speeds."""

from pathlib import Path

from matplotlib.figure import Figure

OTHERS, OURS = "#9a9a9a", "#1f5fa8"


def draw(found: dict[str, dict[str, float]], file: Path) -> None:
    """Draw speed relative to plain SimPy, by task and model, on a logarithmic scale."""
    figure = Figure(figsize=(9.0, 3.4), layout="constrained")
    for axes, (task, ratios) in zip(figure.subplots(1, len(found)), found.items(), strict=True):
        names = sorted(ratios, key=lambda name, r=ratios: r[name])
        colors = [OURS if name.startswith("our") else OTHERS for name in names]
        bars = axes.barh(names, [ratios[name] for name in names], color=colors)
        axes.bar_label(bars, [f"{ratios[name]:.3g}" for name in names], padding=3)
        axes.set_xscale("log")
        axes.set_xlim(min(ratios.values()) / 2, max(ratios.values()) * 4)
        axes.set_title(task, loc="left")
        axes.set_xlabel("leads per second, relative to plain SimPy")
        axes.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, dpi=110)
