"""JavaScript routines: what hosts QuickJS in the worker process (``worker.py``, ``*.js``), and the engine's side of it."""
