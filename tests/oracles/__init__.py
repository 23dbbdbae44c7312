"""Textbook versions and exact values that nassim must agree with."""
