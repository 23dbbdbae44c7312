"""Benchmarks learned from tables: XGBoost models, what they say about distributions, and why they say it."""
