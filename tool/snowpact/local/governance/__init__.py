"""Who may do what: grants and their privileges, what a role inherits, access to objects, policies, tags and shares."""
