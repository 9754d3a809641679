"""Leads and their random draws, as arrays, made before anyone works on them.

Knows nothing about staff: a lead has the same draws under any staffing.
"""

from salessim.market.leads import Leads
from salessim.market.market import Market, StageDraws, market_of

__all__ = ["Leads", "Market", "StageDraws", "market_of"]
