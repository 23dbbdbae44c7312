"""Tests of nassim/study."""
