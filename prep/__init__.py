"""prep: daily practice for network-programming interviews."""

__version__ = "0.1.0"
