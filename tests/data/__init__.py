"""Tests of nassim/data."""
