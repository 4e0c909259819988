"""Contract files (`.avsc` with the `pact` property) to Contracts and the declared Catalog."""
