"""The SDK of the fulfillment gate."""
