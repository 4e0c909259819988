"""Alerts: a condition that is looked at by schedule, and what is done where it holds."""
