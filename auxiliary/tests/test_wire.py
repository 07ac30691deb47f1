"""Requests as the contract has them: the examples of the contract are the fixtures, the field names stand nowhere else."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from auxiliary.clock import FakeClock, corrected, stamp
from auxiliary.motion.types import Box
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Stamp
from auxiliary.wire import heartbeat, request_for, server_time_ns

_EXAMPLES = Path(__file__).parents[2] / "contract" / "examples"
_CAMERA = "019ab1a0-0c11-7f20-9d3e-5b8f0c2a7e11"
_ALERT = "019ab1c2-7d10-7a3b-8c55-0123456789ab"
_IMAGE = "019ab1c2-7d74-7c01-b1d2-fedcba987654"
_STAMP = Stamp(
    wall_ns=1_795_356_131_250_000_000,
    clock_synchronized=True,
    boot_id="0d6a8c1e-7b1f-4f0e-9a53-0c9d3f6e2b10",
    monotonic_ns=5_123_250_000_000,
)


def example(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((_EXAMPLES / name).read_text(encoding="utf-8"))
    return body


def test_a_new_alert_is_the_contracts_example() -> None:
    request = request_for(AlertOpened(alert_id=_ALERT, stamp=_STAMP, alert_type="motion", score=0.4), _CAMERA)
    assert (request.method, request.path) == ("POST", "/alerts")
    assert request.body == example("new-alert.json")


def test_the_fields_of_an_upload_are_the_contracts_example() -> None:
    box = Box(0.41, 0.22, 0.1, 0.35)
    record = Picture(
        image_id=_IMAGE, alert_id=_ALERT, stamp=_STAMP, filename="a.jpg", role="first", score=0.82, boxes=(box,)
    )
    request = request_for(record, _CAMERA, jpeg=b"jpeg", thumbnail=b"small")
    expected = example("image-upload-fields.json")
    assert (request.method, request.path) == ("POST", "/images")
    assert json.loads(request.fields["motion_boxes"]) == json.loads(expected["motion_boxes"])
    assert {**request.fields, "motion_boxes": ""} == {**expected, "motion_boxes": ""}
    digest = base64.b64encode(hashlib.sha256(b"jpeg").digest()).decode()
    assert request.files == {
        "file": ("a.jpg", b"jpeg", "image/jpeg", {"Content-Digest": f"sha-256=:{digest}:"}),
        "thumbnail": ("thumbnail.jpg", b"small", "image/jpeg", {}),
    }


def test_a_picture_outside_an_alert_and_without_a_thumbnail_sends_no_empty_fields() -> None:
    record = Picture(image_id=_IMAGE, alert_id=None, stamp=_STAMP, filename="a.jpg", role="more")
    request = request_for(record, _CAMERA, jpeg=b"jpeg")
    assert set(request.fields) == {"id", "camera_id", "timestamp", "clock_synchronized", "boot_id", "monotonic_seconds"}
    assert set(request.files) == {"file"}


def test_end_and_key_picture_are_changes_that_the_contract_knows() -> None:
    known = example("alert-patch-by-camera.json")
    end_stamp = _STAMP.model_copy(update={"wall_ns": _STAMP.wall_ns + 20_500_000_000})
    ended = request_for(AlertEnded(alert_id=_ALERT, stamp=end_stamp, score=0.82), _CAMERA)
    key = request_for(KeyPicture(alert_id=_ALERT, image_id=_IMAGE), _CAMERA)
    assert (ended.method, ended.path) == (key.method, key.path) == ("PATCH", f"/alerts/{_ALERT}")
    assert ended.body is not None
    assert key.body is not None
    assert {**ended.body, **key.body} == known


def test_a_heartbeat_has_the_contracts_shape() -> None:
    body = example("heartbeat.json")
    request = heartbeat(_CAMERA, body["agent_version"], body["health"])
    assert (request.method, request.path, request.body) == ("POST", f"/cameras/{_CAMERA}/heartbeat", body)


def test_boxes_and_scores_stay_inside_their_bounds_whatever_was_rounded() -> None:
    record = Picture(
        image_id=_IMAGE,
        alert_id=None,
        stamp=_STAMP,
        filename="a.jpg",
        role="more",
        score=1.0000001,
        boxes=(Box(-0.00001, 0.7, 1.00002, 0.30001),),
    )
    request = request_for(record, _CAMERA, jpeg=b"")
    assert request.fields["score"] == "1.0"
    assert json.loads(request.fields["motion_boxes"]) == [{"x": 0.0, "y": 0.7, "w": 1.0, "h": 0.3}]


def test_a_stamp_of_an_unsynchronised_clock_is_corrected_when_the_time_is_known() -> None:
    clock = FakeClock(wall_ns=0, synchronized=False)
    guess = stamp(clock, clock.monotonic_ns())
    clock.advance(30)
    clock.jump(1_795_356_131)
    right = corrected(guess, clock)
    assert right.clock_synchronized
    assert right.wall_ns == 1_795_356_131_000_000_000
    assert right.monotonic_ns == guess.monotonic_ns


@pytest.mark.parametrize(
    "change", [{"clock_synchronized": True}, {"boot_id": "another boot"}, {"monotonic_ns": None, "boot_id": None}]
)
def test_other_stamps_stay_as_they_are(change: dict[str, Any]) -> None:
    clock = FakeClock(wall_ns=0, synchronized=False)
    guess = stamp(clock, clock.monotonic_ns()).model_copy(update=change)
    clock.jump(1000)
    assert corrected(guess, clock) == guess


def test_a_recording_from_before_the_boot_has_no_monotonic_instant() -> None:
    before_boot = stamp(FakeClock(), -5_000_000_000)
    assert (before_boot.boot_id, before_boot.monotonic_ns) == (None, None)


def test_the_servers_clock_is_read_from_its_answer() -> None:
    assert server_time_ns({"date": "Sun, 22 Nov 2026 14:02:11 GMT"}) == 1_795_356_131_500_000_000
    assert server_time_ns({"date": "yesterday"}) is None
    assert server_time_ns({}) is None
