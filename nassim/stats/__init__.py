"""Statistics as pure functions of arrays; they know nothing of nassim.

One file is one idea: `intervals` of means over runs, `ranks`, `paired` tests of two strategies and tests of `many`,
whole curves as `areas`, times to `targets`, `agreement` of measurements, several objectives in `pareto`, and so on.
Each says in its first line what it computes, and by whom it was proposed; arrays have runs, then columns, and lower
is better.
"""
