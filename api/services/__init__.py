"""Use cases. They take ports in their constructors, work on records, and raise domain errors."""
