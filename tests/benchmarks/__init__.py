"""Tests of what answers: tables, partial data, and the folders they live in."""
