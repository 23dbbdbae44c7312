"""Tests; their structure mirrors the package."""
