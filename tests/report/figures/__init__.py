"""Tests of figures: one file is one figure, as in the package."""
