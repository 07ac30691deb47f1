"""What must not be lost while things go wrong: real processes, real kills, real full disks. `python -m e2e.chaos --help`."""
