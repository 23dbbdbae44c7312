"""Tests of what is learned from tables, against xgboost itself, brute force and finite differences."""
