"""Tests of nassim/study/spec."""
