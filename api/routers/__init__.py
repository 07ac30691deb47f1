"""HTTP: a route parses, authorises, calls one service, and returns a shape."""
