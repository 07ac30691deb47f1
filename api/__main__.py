"""`python -m api`: the server's command line."""

import sys

from api.commands import main

if __name__ == "__main__":
    sys.exit(main())
