"""Planning what is counted, taking counts, learning from them."""
