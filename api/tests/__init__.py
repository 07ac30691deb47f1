"""The server's tests. `support.py` holds what they share, `conformance.py` holds each answer against the contract."""
