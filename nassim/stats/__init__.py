"""Statistics as pure functions of arrays; they know nothing of nassim.

steps      align(values, positions, grid): anytime curves of many runs on one grid, right-continuous
intervals  mean_interval(values): the mean over runs with its bootstrap interval, many columns at once
ranks      ranks(scores): who is how manyth in each run, ties shared; midranks(values)
paired     signed_rank(x, y), holm(p), a12(x, y): is one better than another, and how clearly
agreement  student_interval(values), kendall(one, other), regret(chosen, values): one measurement against repeated ones
"""
