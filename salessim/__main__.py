"""`python -m salessim` is the `salessim` command."""

from salessim.cli import main

main()
