"""Opinions about Changes, one file a rule: docstring first, then ``judge``. Rules see the model alone."""
