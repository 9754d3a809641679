"""Leads and their luck, as arrays, drawn before anybody works on them.

Knows nothing of staff: the same lead has the same luck under any of it.
"""

from salessim.market.leads import Leads
from salessim.market.market import Market, StageDraws, market_of

__all__ = ["Leads", "Market", "StageDraws", "market_of"]
