"""Tools for working with a checkout: set up, start, test, lint. Not part of what is installed on a server or a camera."""
