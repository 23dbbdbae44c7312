"""A study: a folder that says what to run, its work on all cores, and the results that it leaves.

spec/               what a study's file says, as one value that goes to JSON and back: nothing is loaded for it
plan                the study in full: its benchmarks are loaded, and every strategy is tried out once on each
benchmarks, source  what a benchmark of a study is, and where it comes from, so that a worker process loads it too
forecast            how much work it is: what cannot be done is refused before any of it is made
work_units          the work, in parts that are kept on disk; `cache_key` is the hash by which each is found again
runner, schedule    does what is missing, on many processes, the longest first
results             the folder that it leaves, for reading; `architecture_index` is what reports ask of a benchmark
verify/             results held against what was claimed of them, and against what they were before
"""
