"""Run a command that ends when the process that started it ends, even when that one is killed outright.

`python tools/with_parent.py PARENT_PID COMMAND...`. Linux sends the signal (PR_SET_PDEATHSIG) and keeps it over exec;
elsewhere the command simply runs. A wrapper instead of `preexec_fn`, which is not safe beside threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have gone before the call above; then nobody will send the signal.
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
