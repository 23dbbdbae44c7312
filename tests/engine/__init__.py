"""Tests of nassim/engine."""
