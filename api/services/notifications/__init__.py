"""Who is told of an alert, by which channel, when: decided in the alert's transaction, delivered afterwards."""
