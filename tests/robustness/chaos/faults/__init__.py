"""One file for each kind of fault; `catalogue` lists them."""
