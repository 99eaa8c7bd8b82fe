"""A load generator for unary gRPC that costs a small part of the server it asks.

h2load would do, but it repeats one fixed body, and to the gate the same body twice is one operation and its replay.
So this one speaks HTTP/2 by hand: each request is a template with the call's number written into it. It runs in a
process of its own (`python -m bench.load`), takes a `Plan` as JSON on stdin and gives a `Report` as JSON on stdout.
"""
