"""Tests; their structure mirrors nassim/strategies."""
