"""Tests of nassim.bridges."""
