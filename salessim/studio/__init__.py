"""Widgets in which people try strategies; knows nothing of the model's inside."""

from salessim.studio.levers import three_levers
from salessim.studio.panel import Lever, Panel, Tile

__all__ = ["Lever", "Panel", "Tile", "three_levers"]
