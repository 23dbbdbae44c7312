"""Tests of nassim/benchmarks/wrappers."""
