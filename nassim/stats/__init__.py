"""Statistics as pure functions of arrays; they know nothing of nassim.

steps       align(values, positions, grid): anytime curves of many runs on one grid, right-continuous
areas       step_mean, log_regret_area: a whole curve as one number per run
intervals   mean_interval(values): the mean over runs with its bootstrap interval, many columns at once
ranks       ranks(scores): who is how manyth in each run, ties shared; midranks(values)
paired      signed_rank(x, y), holm(p), a12(x, y): is one better than another, and how clearly
bayes       bayesian_signed_rank(x, y, rope): how probably better, or equal for all practical purposes
many        friedman, critical_difference, nemenyi, groups: many strategies at once
aggregates  iqm, profile, probability_of_improvement, stratified_interval, improvement_interval: over many benchmarks
targets     hitting_times, ecdf, expected_running_time: how long until a target is reached
planning    runs_needed(differences, shift): how many runs see a given difference
agreement   student_interval(values), kendall(one, other), regret(chosen, values): one measurement against repeated ones
pareto      hypervolume, igd_plus, additive_epsilon, r2, attainment_surfaces: of several objectives, also over time
margins     shift, non_inferior: is it no worse than it was, up to a stated margin
"""
