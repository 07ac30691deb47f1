"""Every picture that the camera captured is on the server exactly once, although the server is killed again and again.

What was captured is known from a first pass of the same camera over the same footage without any server: its spool is the
ledger. At any speed but 1 the camera's decisions depend on the footage alone, so a second pass captures the same pictures,
byte for byte.
"""

import hashlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from e2e.footage import PLAZA
from e2e.site import PATIENCE_SECONDS, Site, wait_until

OPTIONS = ["--source", str(PLAZA), "--picture-every-seconds", "0.5"]
KILLS = 4
PASS_SECONDS = 25


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "site") as made:
        yield made


def captured_without_server(site: Site, token: Path) -> list[str]:
    """The SHA-256 of every picture in the spool of a camera that never reached its server."""
    spool = site.folder / "ledger"
    camera = site.start_camera(token, spool, [*OPTIONS, "--speed", "0", "--drain-seconds", "0"])
    wait_until(lambda: "still to send" in site.log_of("ledger"), "the camera has seen the whole recording")
    camera.send_signal(signal.SIGTERM)
    assert camera.wait(PATIENCE_SECONDS) == 0, site.log_of("ledger")
    pictures = [path for path in spool.rglob("*.jpg") if not path.name.endswith(".thumb.jpg")]
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in pictures)


def test_every_captured_picture_arrives_exactly_once(site: Site) -> None:
    site.start_server()
    site.create_owner()
    token = site.create_camera("plaza")
    site.kill_server()
    ledger = captured_without_server(site, token)
    assert len(ledger) > 60, "too few pictures to kill anything in the middle"

    site.start_server()
    camera = site.start_camera(token, site.folder / "spool", [*OPTIONS, "--speed", str(80 / PASS_SECONDS)])
    for kill in range(1, KILLS + 1):
        wait_until(
            lambda kill=kill: len(site.everything("/images")) >= len(ledger) * kill // (KILLS + 1),
            f"part {kill} of the pictures has arrived",
        )
        site.kill_server()
        time.sleep(1.0)  # the camera goes on capturing while nobody answers
        site.start_server()
    assert camera.wait(PATIENCE_SECONDS) == 0, site.log_of("spool")

    images = site.everything("/images")
    assert sorted(image["sha256"] for image in images) == ledger
    assert len({image["id"] for image in images}) == len(images)
    for image in images:
        answer = site.owner.get(f"/images/{image['id']}/file")
        assert answer.status_code == httpx.codes.OK
        assert hashlib.sha256(answer.content).hexdigest() == image["sha256"]

    alerts = site.everything("/alerts")
    assert alerts
    assert all(alert["ended_at"] for alert in alerts)
    assert sum(alert["image_count"] for alert in alerts) == len(images)
    assert not list((site.folder / "spool").rglob("*.jpg")), "something was left in the spool"
