"""Tests of nassim.automl."""
