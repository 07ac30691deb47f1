"""Resident memory of the whole camera agent on a replay: `python bench/agent_memory.py [--seconds 60] [--isolated]`.

Method: the real agent in processes of its own plays the sample footage in real time against a small server on the loopback that
takes everything; once a second VmRSS of the agent and its children is added up from /proc. Said: the median, the last and the
highest. Pages shared between processes count in each, so with `--isolated` the sum is an upper bound. Target: < 100 MB.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from auxiliary.tests.fake_server import TOKEN, FakeServer, serving

ROOT = Path(__file__).resolve().parent.parent
TARGET_MEGABYTES = 100
SAMPLE = ROOT / "auxiliary" / "sample" / "yard.mp4"


def processes_of(process_id: int) -> list[int]:
    """The process and everything below it."""
    found = [process_id]
    for task in Path(f"/proc/{process_id}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += processes_of(int(child))
    return found


def resident_megabytes(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def measure(seconds: int, source: Path, more: list[str]) -> tuple[list[float], FakeServer]:
    samples: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "token"
        token.write_text(TOKEN, encoding="ascii")
        async with serving(FakeServer()) as server:
            agent = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "auxiliary.camera_client", "--server", server.url, "--token-file", str(token)),
                *("--source", str(source), "--spool", str(Path(folder) / "spool"), "--quiet-seconds", "1.5", *more),
                cwd=ROOT,
                stdout=asyncio.subprocess.DEVNULL,
            )
            for _ in range(seconds):
                await asyncio.sleep(1)
                with contextlib.suppress(OSError, IndexError):  # a process that came or went just now
                    samples.append(sum(resident_megabytes(number) for number in processes_of(agent.pid)))
            agent.terminate()
            await agent.wait()
    return samples, server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--source", type=Path, default=SAMPLE)
    parser.add_argument("--isolated", action="store_true", help="with the source in a process of its own")
    options = parser.parse_args()
    more = ["--isolated"] if options.isolated else []
    samples, server = asyncio.run(measure(options.seconds, options.source, more))
    highest = max(samples)
    print(f"{options.source.name} {' '.join(more)}: {len(server.alerts)} alerts, {len(server.images)} pictures")
    print(f"resident MB: median {statistics.median(samples):.1f}, last {samples[-1]:.1f}, highest {highest:.1f}")
    print(f"target < {TARGET_MEGABYTES}: {'met' if highest < TARGET_MEGABYTES else 'MISSED'}")
    return highest >= TARGET_MEGABYTES


if __name__ == "__main__":
    sys.exit(main())
