"""Tests of nassim/core."""
