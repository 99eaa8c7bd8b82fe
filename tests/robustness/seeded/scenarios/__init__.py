"""What is done with a gate so that a planted bug shows; the sound gate comes through each of them."""
