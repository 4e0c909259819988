"""Procedures and functions: what stores them, chooses an overload, and runs their bodies.

Python bodies run in a worker process (``worker.py``). That keeps a crash, an endless loop or a stray ``print`` out of
the engine; it is no sandbox: the code runs with the user's own rights and may read and write what the user may.
"""
