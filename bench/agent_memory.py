"""Resident memory of the whole camera agent on a replay: `python bench/agent_memory.py [--seconds 60] [--isolated]`.

Method: the real agent in processes of its own plays the sample footage in real time against a small server on the loopback that
takes everything; once a second the resident sizes of the agent and its children are added up from /proc, and once more with the
pages that they share (the same interpreter and libraries) counted once, which is what they take of a machine. Target: < 100 MB.
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


def megabytes(process_id: int) -> tuple[float, float]:
    """What is this process's alone, and what others have mapped, too."""
    rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in rollup.splitlines()[1:]}
    return (
        sizes["Private_Clean"] + sizes["Private_Dirty"],
        sizes["Shared_Clean"] + sizes["Shared_Dirty"],
    )


def once(each: list[tuple[float, float]]) -> float:
    """All processes together, with what they share counted once: the private parts and the largest shared one."""
    return sum(private for private, _ in each) + max(shared for _, shared in each)


async def measure(seconds: int, source: Path, more: list[str]) -> tuple[list[tuple[float, float]], FakeServer]:
    samples: list[tuple[float, float]] = []
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
                    each = [megabytes(number) for number in processes_of(agent.pid)]
                    samples.append((sum(map(sum, each)), once(each)))
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
    resident, ours = zip(*samples, strict=True)
    print(f"{options.source.name} {' '.join(more)}: {len(server.alerts)} alerts, {len(server.images)} pictures")
    for name, column in (("resident, summed", resident), ("shared pages once", ours)):
        middle = statistics.median(column)
        print(f"{name:<18} MB: median {middle:.1f}, last {column[-1]:.1f}, highest {max(column):.1f}")
    judged = max(ours)
    print(f"target < {TARGET_MEGABYTES}: {judged:.1f}, {'met' if judged < TARGET_MEGABYTES else 'MISSED'}")
    return int(judged >= TARGET_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
