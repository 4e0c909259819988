"""One file per family of statements; `snowpact.local.registry` lists them."""
