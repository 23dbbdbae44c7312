"""Every promise of the design, held against every space, benchmark and strategy that exists."""
