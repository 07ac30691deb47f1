"""The Raspberry Pi camera agent: sensor and camera -> motion -> capture -> spool -> uploader. Imports nothing of the server."""

__version__ = "0.1.0"
