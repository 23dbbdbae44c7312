"""Tests of the shipped tables, against their cards, what was published, and their sources."""
