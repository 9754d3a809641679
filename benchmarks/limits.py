"""Whether the role that `describe` names over 20 years is the one that 200 pairs name."""

from salessim import Scenario, resources
from salessim.experiment.bottleneck import YEARS, bottleneck

PAIRS = 200


def main() -> None:
    """Print, for each preset, the role named over 20 years and over 200."""
    agreed = 0
    names = resources.presets()
    for name in names:
        few = bottleneck(Scenario.load(name), YEARS)
        many = bottleneck(Scenario.load(name), PAIRS)
        most = many.roles.loc[many.roles["more_won"].idxmax()]
        same = few.role in ("", most["role"])
        agreed += same
        print(
            f"{name}: {few.role or 'no single role'} over {YEARS}, {many.role or 'no single role'} "
            f"over {PAIRS}; most deals in {PAIRS} from {most['role']} ({most['more_won']:+.2f}, "
            f"{most['low']:+.2f} to {most['high']:+.2f}, p {most['p']:.2g}): "
            f"{'agrees' if same else 'DOES NOT AGREE'}"
        )
    print(f"{agreed} of {len(names)} presets agree")


if __name__ == "__main__":
    main()
