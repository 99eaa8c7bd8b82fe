"""The drift score: faults put into mirrors of a real month of orders, and how well the gate names them.

python -m tests.drift
"""
