"""The server: receives pictures and alerts from cameras, keeps them, and shows them to people."""

__version__ = "0.1.0"
