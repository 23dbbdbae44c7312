"""What a study says, read from study.toml and checked, as one frozen value.

reading     finds study.toml and returns a StudySpec
tables      the file as it is written: every key, with its type, default and meaning
protocols   what a published protocol sets, written into it
benchmark   BenchmarkSpec: one for each [[benchmark]] and each value of its listed options (grids)
strategy    StrategySpec: one for each [[strategy]] and each value of its listed settings
study       StudySpec: all of it, to JSON and back
labels      what strategies and benchmarks are called, in tables and in names of files
schema      the JSON schema of the file, for editors
"""
