"""Tests of the spaces, against texts and orders that others published and plain oracles."""
