"""Migration scripts: discovery, order, rendering, the ledger."""
