"""What every figure must show, computed a second time: a file per figure, by its name, in plain steps from the traces.

Each has `expected(told)`, which returns, for every figure of that kind by the name of its file, the marks of each of
its axes. `drawn` reads the marks of a figure as matplotlib places them, and `differences` compares the two.
"""
