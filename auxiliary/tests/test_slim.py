"""Thrift with memory, in a fresh process as the agent is one."""

import subprocess
import sys


def test_the_http_library_loads_no_command_line_and_works() -> None:
    code = (
        "import sys\nfrom auxiliary.slim import slim_down\nslim_down()\nimport httpx\n"
        "assert httpx.URL('http://server').host == 'server'\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"rich", "click", "pygments"}.isdisjoint(done.stdout.split())
