"""Settings and commands from the server reach a real camera agent; one that breaks it is taken back, also after kill -9.

What breaks here is a source that cannot be opened again: settings that need the camera anew then give no picture, as a size
that a camera cannot do would.
"""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auxiliary.remote.kept import FILE
from e2e.footage import YARD
from e2e.site import Site, wait_until

# A trial takes 30 seconds, and an agent that was killed has to start first, on whatever machine this is.
STATE_SECONDS = 150.0
HIDDEN = [[0.0, 0.0], [0.2, 0.0], [0.2, 0.2]]


@dataclass
class Rig:
    site: Site
    camera_id: str
    token: Path
    recording: Path
    agent: subprocess.Popen[bytes]

    def start_agent(self) -> None:
        options = ["--source", str(self.recording), "--still-every-seconds", "2"]
        self.agent = self.site.start_camera(self.token, self.site.folder / "spool", options)

    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.site.owner.get(f"/cameras/{self.camera_id}/settings").json()
        return found

    def change(self, **settings: Any) -> int:
        answer = self.site.owner.patch(f"/cameras/{self.camera_id}/settings", json=settings)
        assert answer.status_code == 200, answer.text
        version: int = answer.json()["version"]
        return version

    def until(self, state: str) -> dict[str, Any]:
        wait_until(lambda: self.settings()["state"] == state, f"the settings are {state}", STATE_SECONDS)
        return self.settings()

    def command(self, command: str) -> Any:
        return self.site.owner.post(f"/cameras/{self.camera_id}/commands", json={"command": command})

    def newest_picture(self) -> str | None:
        items = self.site.owner.get("/images", params={"limit": "1"}).json()["items"]
        return items[0]["id"] if items else None

    def until_it_sees(self) -> None:
        before = self.newest_picture()
        wait_until(lambda: self.newest_picture() != before, "a new picture comes")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Site(tmp_path_factory.mktemp("remote") / "site") as site:
        site.start_server()
        site.create_owner()
        token = site.create_camera("Yard")
        recording = site.folder / "yard.mp4"
        shutil.copyfile(YARD, recording)
        camera_id = site.owner.get("/cameras").json()["items"][0]["id"]
        rig = Rig(site, camera_id, token, recording, None)  # type: ignore[arg-type]
        rig.start_agent()
        wait_until(lambda: rig.settings()["report"], "the camera says what it runs with")
        rig.until_it_sees()
        yield rig


def test_a_change_reaches_the_camera_and_is_shown(rig: Rig) -> None:
    version = rig.change(sensitivity=0.9, zones=[[[0, 0], [1, 0], [1, 1], [0, 1]]])
    report = rig.until("applied")["report"]
    assert (report["applied_version"], report["effective"]["sensitivity"]) == (version, 0.9)
    rig.until_it_sees()


def test_what_this_camera_cannot_do_is_refused_and_shown(rig: Rig) -> None:
    rig.change(trigger="sensor")
    report = rig.until("rolled_back")["report"]
    assert report["rolled_back"]["code"] == "invalid"
    assert "sensor" in report["rolled_back"]["reason"]
    rig.change(trigger=None)
    rig.until("applied")


def test_commands_are_answered_with_what_came_of_them(rig: Rig) -> None:
    taken = rig.command("snapshot").json()
    assert taken["state"] == "done"
    pictures = wait_until(
        lambda: rig.site.owner.get("/images", params={"alert_id": taken["alert_id"]}).json()["items"], "it arrives"
    )
    assert len(pictures) == 1
    assert rig.site.owner.get(f"/alerts/{taken['alert_id']}").json()["type"] == "manual"
    process = rig.agent.pid
    assert rig.command("restart").json()["state"] == "done"
    wait_until(lambda: rig.site.log_of("spool").count("Connected to") == 2, "it has started anew")
    wait_until(lambda: rig.command("snapshot").status_code == 200, "it is back")
    assert rig.agent.poll() is None
    assert rig.agent.pid == process
    assert rig.until("applied")["report"]["effective"]["sensitivity"] == 0.9


def test_disarmed_it_raises_nothing_and_still_proves_that_it_lives(rig: Rig) -> None:
    rig.site.owner.post("/cameras/disarm")
    rig.until("applied")
    camera = rig.site.owner.get(f"/cameras/{rig.camera_id}").json()
    assert (camera["armed"], camera["armed_now"]) == (False, False)
    rig.until_it_sees()
    rig.site.owner.post("/cameras/arm")
    assert rig.until("applied")["report"]["armed_now"] is True


def test_what_gives_no_picture_is_taken_back(rig: Rig) -> None:
    good = rig.settings()["version"]
    rig.recording.rename(rig.recording.with_suffix(".away"))
    bad = rig.change(privacy_masks=[HIDDEN])
    report = rig.until("rolled_back")["report"]
    assert (report["applied_version"], report["rolled_back"]["version"]) == (good, bad)
    assert report["rolled_back"]["code"] == "no_picture"
    rig.recording.with_suffix(".away").rename(rig.recording)
    rig.until_it_sees()


def test_killed_in_the_trial_it_comes_back_with_what_was_good(rig: Rig) -> None:
    good = rig.settings()["report"]["applied_version"]
    rig.recording.rename(rig.recording.with_suffix(".away"))
    bad = rig.change(privacy_masks=[HIDDEN], quiet_seconds=7)
    rig.until("applying")
    rig.agent.send_signal(signal.SIGKILL)
    rig.agent.wait()
    assert f'"trial":{bad}' in (rig.site.folder / "spool" / FILE).read_text()
    rig.recording.with_suffix(".away").rename(rig.recording)
    rig.start_agent()
    report = rig.until("rolled_back")["report"]
    assert (report["applied_version"], report["rolled_back"]["code"]) == (good, "restarted")
    rig.until_it_sees()
    restored = rig.site.owner.post(f"/cameras/{rig.camera_id}/settings/versions/{bad}/restore").json()
    assert restored["restored_from"] == bad
    assert rig.until("applied")["report"]["effective"]["quiet_seconds"] == 7
    rig.until_it_sees()
