"""Talking to a Redis or Valkey: one server, a pair watched by Sentinels, or a cluster, behind one interface."""
