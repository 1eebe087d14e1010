"""Suites: questions as data, and what makes them."""
