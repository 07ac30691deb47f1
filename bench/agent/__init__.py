"""What the camera agent is measured at: `python -m bench.agent --help`."""
