"""Measuring what to hold back."""
