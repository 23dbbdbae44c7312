"""Tests of nassim/benchmarks/one_shot."""
