"""Tests of the studies that ship with nassim."""
