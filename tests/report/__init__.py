"""Tests of the report: figures, tables and the page of a small simulated study."""
