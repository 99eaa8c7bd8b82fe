"""Requests become operations. Every field is checked here, once; what leaves this package needs no further check.

A path in an error is that of the request's field (`lines[3].sku`). `line_id` may be left out where an order has a SKU
once: it then is the SKU. Identifiers and units were translated before (`gate_service/rpc/translate.py`): a SKU is one
of the ledger, and a quantity is in base units.
"""
