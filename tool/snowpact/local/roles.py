"""Roles. The engine keeps them as objects and asks for no privilege: whoever opens the file may do everything."""

from __future__ import annotations

BUILT_IN = ("ACCOUNTADMIN", "ORGADMIN", "PUBLIC", "SECURITYADMIN", "SYSADMIN", "USERADMIN")
"""Roles of every account: https://docs.snowflake.com/en/user-guide/security-access-control-overview#system-defined-roles."""
