"""Tests of nassim/training; each file is skipped where torch is missing."""
