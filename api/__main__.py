"""`python -m api`: the server's command line."""

import gc
import sys

# What imports make stays: looking through it for garbage again and again is a fifth of the start. `serve` goes on
# without until it is ready; `main` turns it on again for every other command.
gc.disable()

from api.commands import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
