"""The contracts: what a space, a benchmark, a strategy and a trace are, and the words, types and draws they share."""
