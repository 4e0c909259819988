"""Objects that describe what lies outside an account, or watch over it: integrations, secrets, network rules and policies, monitors.

They are kept and shown, and their properties are checked; nothing here reaches outside through them.
"""
