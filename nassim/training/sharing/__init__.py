"""Searches with shared weights, trained for real: ONE FILE = ONE SEARCH.

A study names them as "nassim.training.sharing.darts:Darts".

Each is a strategy like any other. Once per step it trains its supernets for one epoch on real images; what the
benchmark answers it never looks at: the trace holds the true error of the cell that it would hand in.
"""
