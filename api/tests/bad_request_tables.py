"""The tables of wrong input: a name, the status and code that it must get, and the request."""

import json
from typing import Any
from urllib.parse import quote

from api.tests.bad_requests import (
    END,
    FILE,
    GOOD,
    MOST_BYTES,
    Build,
    alert,
    fields_of,
    form,
    get,
    multipart,
    part,
    post,
    raw,
    stating,
    streaming,
    text,
)
from api.tests.support import digest, jpeg

UNKNOWN = "019ab1c2-7d10-7a3b-8c55-0123456789ab"
BAD = "invalid_request"
WRONG_FIELDS: dict[str, list[Any]] = {
    "camera_id": ["x", "0", "019ab1c2", "../../etc/passwd", "' OR 1=1 --", "\0", "\u202e", "9" * 5000],
    "timestamp": [
        "x", "1790000000", "2026-09-21", "2026-09-21T10:00:00", "2026-02-30T10:00:00Z", "2026-09-21T25:00:00Z",
        "2026-09-21T10:00:00+99:00", "99999-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "nan", "2026-09-21T10:00:00Z\n",
        "\u0662\u0660\u0662\u0666-09-21T10:00:00Z",
    ],
    "id": ["x", "1", "../a", "\u0661" * 32],
    "alert_id": ["x", "null", "[]"],
    "score": ["x", "NaN", "inf", "-inf", "-0.1", "1.1", "1e400", "0x1", "[]", "9" * 400],
    "clock_synchronized": ["maybe", "2", "[]", "nan"],
    "boot_id": ["a b", "../x", "x" * 65, "\u00e9", "\0"],
    "monotonic_seconds": ["x", "NaN", "inf", "-1", "1e11", "1e400"],
    "motion_boxes": [
        "x", "[", "{}", "null", "5", '"a"', "[1]", "[[0,0,1]]", "[[0,0,1,1,1]]", '[{"x":0}]', "[[0,0,2,1]]",
        "[[NaN,0,1,1]]", "[[Infinity,0,1,1]]", '[{"x":0,"y":0,"w":1,"h":1,"z":1}]', "[" * 8000,
        json.dumps([[0, 0, 1, 1]] * 65), '[["a","b","c","d"]]', "[[null,0,1,1]]",
    ],
    "no_such_field": ["1"],
}  # fmt: skip

CASES: dict[str, tuple[int, str, Build]] = {
    # The picture.
    "no JPEG": (422, "not_a_jpeg", form(b"<html>hello</html>")),
    "a PNG called JPEG": (422, "not_a_jpeg", form(b"\x89PNG\r\n\x1a\n" + b"\0" * 400)),
    "no JPEG, raw": (422, "not_a_jpeg", raw(b"GIF89a" + b"\0" * 100)),
    "half of a picture": (422, "truncated_jpeg", form(GOOD[: len(GOOD) // 2])),
    "half of a picture, raw": (422, "truncated_jpeg", raw(GOOD[: len(GOOD) // 2])),
    "a decompression bomb": (413, "too_many_pixels", form(stating(65500, 65500))),
    "a picture that cannot be as large as it says": (422, "implausible_jpeg", form(stating(6000, 4000))),
    "2,000 scans": (422, "implausible_jpeg", form(GOOD[:-2] + GOOD[GOOD.rindex(b"\xff\xda") : -2] * 99 + b"\xff\xd9")),
    "a page behind the picture": (422, "implausible_jpeg", form(GOOD + b"<script>alert(1)</script>")),
    "0 bytes": (422, "empty_file", form(b"")),
    "0 bytes, raw": (422, "empty_file", raw(b"")),
    "too large": (413, "too_large", form(GOOD + b"\0" * MOST_BYTES)),
    "too large, raw": (413, "too_large", raw(GOOD + b"\0" * MOST_BYTES)),
    "too large by far, as stated": (413, "too_large", raw(GOOD, {"content-length": "99999999999999999999"})),
    "too large by far, as stated, multipart": (
        413,
        "too_large",
        lambda place: {**multipart(FILE + END)(place), "headers": {
            "content-type": "multipart/form-data; boundary=b0undary", "content-length": "1000000000"}},
    ),
    "too large, streamed raw without a length": (413, "too_large", streaming("image/jpeg")),
    "too large, streamed as a file": (
        413, "too_large",
        streaming("multipart/form-data; boundary=b0undary", part("file", b"", '; filename="a.jpg"')[:-2]),
    ),
    "too large, streamed as a thumbnail": (
        413, "too_large",
        streaming("multipart/form-data; boundary=b0undary", part("thumbnail", b"", '; filename="a.jpg"')[:-2]),
    ),
    "a field without end": (
        422, BAD, streaming("multipart/form-data; boundary=b0undary", part("score", b"")[:-2]),
    ),
    "a preamble without end": (413, "too_large", streaming("multipart/form-data; boundary=other", b"\r\n")),
    "an epilogue without end": (
        413, "too_large", streaming("multipart/form-data; boundary=b0undary", FILE + END),
    ),
    "wrong digest": (422, "digest_mismatch", raw(GOOD, {"content-digest": digest(b"other")})),
    "the same id with other bytes": (409, "conflict", lambda place: form(jpeg(seed=5), id=place.image_id)(place)),
    # The fields.
    "no camera": (422, BAD, form(camera_id=None)),
    "no time": (422, BAD, form(timestamp=None)),
    "no camera, raw": (422, BAD, raw(camera_id=None)),
    "empty camera": (422, BAD, form(camera_id="")),
    "1970 from a clock said to be right": (422, "timestamp_out_of_range", form(timestamp="1970-01-01T00:00:00Z")),
    "2100 from a clock said to be right": (422, "timestamp_out_of_range", form(timestamp="2100-01-01T00:00:00Z")),
    "the last instant there is": (422, "timestamp_out_of_range", form(timestamp="9999-12-31T23:59:59.999999Z")),
    "after the last instant there is": (422, BAD, form(timestamp="9999-12-31T23:59:59-12:00")),
    "before the first instant there is": (422, BAD, form(timestamp="0001-01-01T00:00:00+12:00")),
    "before the first instant, no clock": (
        422, BAD, form(timestamp="0001-01-01T00:00:00+12:00", clock_synchronized="false"),
    ),
    "an unknown camera": (403, "foreign_camera", form(camera_id=UNKNOWN)),
    "another camera's alert": (403, "foreign_alert", lambda place: form(alert_id=place.foreign_alert_id)(place)),
    "a repeated field": (422, BAD, multipart(lambda place: fields_of(place) + part("score", b"1") * 2 + FILE + END)),
    "a repeated file": (422, BAD, multipart(lambda place: fields_of(place) + FILE + FILE + END)),
    "a repeated parameter": (
        422, BAD,
        lambda place: {**raw()(place), "params": [*place.fields().items(), ("camera_id", str(place.other.id))]},
    ),
    "no file": (422, BAD, multipart(lambda place: fields_of(place) + END)),
    "a field that is no UTF-8": (
        422, BAD, multipart(lambda place: fields_of(place) + part("boot_id", b"\xff\xfe\xc0") + FILE + END),
    ),
    "a field's name that is no UTF-8": (
        422, BAD,
        multipart(lambda place: fields_of(place) + part("QQ", b"x").replace(b"QQ", b"\xff\xfe") + FILE + END),
    ),
    "a part without a name": (
        422, BAD,
        multipart(lambda place: fields_of(place) + b"--b0undary\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + FILE + END),
    ),
    # The form.
    "an empty form": (422, BAD, multipart(END)),
    "an empty body": (422, BAD, multipart(b"")),
    "no boundary": (422, BAD, multipart(FILE + END, "")),
    "an empty boundary": (422, BAD, multipart(FILE + END, 'boundary=""')),
    "another boundary": (422, BAD, multipart(FILE + END, "boundary=other")),
    "a boundary of 60 KB": (422, BAD, multipart(FILE + END, "boundary=" + "x" * 60_000)),
    "a boundary with a line break": (422, BAD, multipart(FILE + END, "boundary*=utf-8''a%0ab")),
    "a form that ends in the middle": (422, BAD, multipart(lambda place: fields_of(place) + FILE)),
    "a form that ends within a header": (422, BAD, multipart(lambda place: fields_of(place) + FILE[:40])),
    "100,000 parts, as stated": (413, "too_large", multipart(b"".join(part(f"f{n}", b"") for n in range(100_000)) + END)),
    "100,000 parts, streamed": (
        422, BAD,
        streaming("multipart/form-data; boundary=b0undary", b"".join(part(f"f{n}", b"") for n in range(100_000)), 0),
    ),
    "25 parts": (422, BAD, multipart(b"".join(part(f"f{n}", b"") for n in range(25)) + END)),
    "a part's header without end": (422, BAD, multipart(b"--b0undary\r\nX: " + b"a" * 100_000)),
    "a thousand headers in a part": (422, BAD, multipart(b"--b0undary\r\n" + b"X: a\r\n" * 1000 + b"\r\n\r\n" + END)),
    "a part that lies about its length": (
        422, BAD, multipart(part("file", GOOD, '; filename="a.jpg"\r\nContent-Length: 5') + END),
    ),
    "a form of another kind": (415, "unsupported_content", text("/images", b"a=b", kind="application/x-www-form-urlencoded")),
    "JSON where a picture belongs": (415, "unsupported_content", text("/images", b"{}")),
    "no content type": (415, "unsupported_content", lambda _: {"method": "POST", "url": "/images", "content": GOOD}),
    "a PNG, honestly": (415, "unsupported_content", text("/images", b"\x89PNG", kind="image/png")),
    # Alerts.
    "no JSON": (422, BAD, text("/alerts", b"{nonsense")),
    "no body": (422, BAD, text("/alerts", b"")),
    "JSON of another kind": (422, BAD, text("/alerts", b"[1, 2]")),
    "JSON that is too deep": (400, "bad_request", text("/alerts", b"[" * 60_000)),
    "JSON that is no UTF-8": (400, "bad_request", text("/alerts", b'{"type": "\xff"}')),
    "an unknown field": (422, BAD, alert(colour="red")),
    "an unknown type": (422, BAD, alert(type="earthquake")),
    "an alert in 1970": (422, "timestamp_out_of_range", alert(timestamp="1970-01-01T00:00:00Z")),
    "an alert in 2100": (422, "timestamp_out_of_range", alert(timestamp="2100-01-01T00:00:00Z")),
    "an alert beyond all time": (422, BAD, alert(timestamp="9999-12-31T23:59:59-12:00")),
    "an alert that ends in 2100": (422, "timestamp_out_of_range", alert(ended_at="2100-01-01T00:00:00Z")),
    "an alert that ends before it begins": (422, "timestamp_out_of_range", alert(ended_at="2026-01-01T00:00:00Z")),
    "a time as a number": (422, BAD, alert(timestamp=1_790_000_000)),
    "a huge time": (422, BAD, alert(timestamp=10**400)),
    "an alert without a camera": (422, BAD, alert(camera_id=None)),
    "another camera's alert raised": (403, "foreign_camera", alert(camera_id=UNKNOWN)),
    "an id of another camera's alert": (409, "conflict", lambda place: alert(id=place.foreign_alert_id)(place)),
    "an id that is none": (422, BAD, alert(id="../../x")),
    "an id that is a number": (422, BAD, alert(id=7)),
    "a score beyond 1": (422, BAD, alert(score=1.5)),
    "a score beyond all": (422, BAD, text("/alerts", b'{"score": 1e999, "type": "motion"}')),
    "a score that is no number": (422, BAD, text("/alerts", b'{"score": NaN, "type": "motion"}')),
    "half of a character": (422, BAD, text("/alerts", b'{"boot_id": "\\ud800", "type": "motion"}')),
    "an alert that does not exist": (404, "not_found", post(f"/alerts/{UNKNOWN}", {"score": 1}, "PATCH")),
    "an alert whose id is none": (422, BAD, post("/alerts/x", {"score": 1}, "PATCH")),
    "another camera's alert ended": (
        403, "foreign_alert", lambda place: post(f"/alerts/{place.foreign_alert_id}", {"score": 1}, "PATCH")(place),
    ),
    "a key picture that there is not": (
        422, "unknown_image", lambda place: post(f"/alerts/{place.alert_id}", {"key_image_id": UNKNOWN}, "PATCH")(place),
    ),
    "a key picture of no alert": (
        422, "unknown_image",
        lambda place: post(f"/alerts/{place.alert_id}", {"key_image_id": place.image_id}, "PATCH")(place),
    ),
    "a camera that stars": (403, "forbidden", lambda place: post(f"/alerts/{place.alert_id}", {"starred": True}, "PATCH")(place)),
    "too large JSON": (413, "too_large", text("/alerts", b'{"boot_id": "' + b"x" * 70_000 + b'"}')),
    # Heartbeats and thumbnails.
    "another camera's heartbeat": (403, "foreign_camera", post(f"/cameras/{UNKNOWN}/heartbeat", {"agent_version": "1"})),
    "a heartbeat without a version": (422, BAD, post("/cameras/{place.camera.id}/heartbeat", {})),
    "an empty version": (422, BAD, post("/cameras/{place.camera.id}/heartbeat", {"agent_version": ""})),
    "a version that cannot be shown": (422, BAD, post("/cameras/{place.camera.id}/heartbeat", {"agent_version": "1\u0000"})),
    "a health that cannot be": (
        422, BAD, post("/cameras/{place.camera.id}/heartbeat", {"agent_version": "1", "health": {"spool_files": -1}}),
    ),
    "a count beyond all": (
        422, BAD, post("/cameras/{place.camera.id}/heartbeat", {"agent_version": "1", "health": {"spool_bytes": 10**30}}),
    ),
    "a thumbnail of nothing": (404, "not_found", text(f"/images/{UNKNOWN}/thumbnail", GOOD, "PUT", "image/jpeg")),
    "a thumbnail that is none": (
        422, "not_a_jpeg", text("/images/{place.image_id}/thumbnail", b"x", "PUT", "image/jpeg"),
    ),
    "a thumbnail that is too wide": (
        422, "thumbnail_too_wide", text("/images/{place.image_id}/thumbnail", jpeg(400, 10), "PUT", "image/jpeg"),
    ),
    "a thumbnail that is too large": (
        413, "too_large", text("/images/{place.image_id}/thumbnail", GOOD + b"\0" * 200_000, "PUT", "image/jpeg"),
    ),
    "a thumbnail of another type": (
        415, "unsupported_content", text("/images/{place.image_id}/thumbnail", GOOD, "PUT", "image/png"),
    ),
}  # fmt: skip
for field, values in WRONG_FIELDS.items():
    for number, value in enumerate(values):
        CASES[f"{field}, wrong in way {number}, multipart"] = (422, BAD, form(**{field: value}))
        if len(value) < 3000:
            CASES[f"{field}, wrong in way {number}, raw"] = (422, BAD, raw(**{field: value}))

PATHS = [
    "../a.jpg",
    "/etc/passwd",
    "..\\a.jpg",
    "a/b.jpg",
    ".",
    "..",
    "....//a.jpg",
    "a\\..\\b",
    "./a.jpg",
]
for number, name in enumerate(PATHS):
    CASES[f"a path as file name {number}"] = (422, BAD, form(filename=name))

BY_THE_OWNER: dict[str, tuple[int, str, Build]] = {
    "an image that does not exist": (404, "not_found", get(f"/images/{UNKNOWN}")),
    "the file of one that does not exist": (404, "not_found", get(f"/images/{UNKNOWN}/file")),
    "the thumbnail of one that does not exist": (404, "not_found", get(f"/images/{UNKNOWN}/thumbnail")),
    "an alert that does not exist": (404, "not_found", get(f"/alerts/{UNKNOWN}")),
    "a camera that does not exist": (404, "not_found", get(f"/cameras/{UNKNOWN}")),
    "a camera renamed that does not exist": (404, "not_found", post(f"/cameras/{UNKNOWN}", {"name": "x"}, "PATCH")),
    "an image starred that does not exist": (404, "not_found", post(f"/images/{UNKNOWN}", {"starred": True}, "PATCH")),
    "an alert starred that does not exist": (404, "not_found", post(f"/alerts/{UNKNOWN}", {"starred": True}, "PATCH")),
    "a picture for an unknown camera": (422, "unknown_camera", form(camera_id=UNKNOWN)),
    "an alert for an unknown camera": (422, "unknown_camera", alert(camera_id=UNKNOWN)),
    "a heartbeat by a person": (403, "forbidden", post("/cameras/{place.camera.id}/heartbeat", {"agent_version": "1"})),
    "an alert ended by a person": (403, "forbidden", post("/alerts/{place.alert_id}", {"score": 1}, "PATCH")),
    "an empty name": (422, BAD, post("/cameras/{place.camera.id}", {"name": " "}, "PATCH")),
    "a name that cannot be shown": (422, BAD, post("/cameras/{place.camera.id}", {"name": "a\u0000b"}, "PATCH")),
    "a name with a line break": (422, BAD, post("/cameras/{place.camera.id}", {"name": "a\nb"}, "PATCH")),
    "a name that is too long": (422, BAD, post("/cameras/{place.camera.id}", {"name": "x" * 81}, "PATCH")),
    "a name that grows too long": (422, BAD, post("/cameras/{place.camera.id}", {"name": "\U0001d160" * 80}, "PATCH")),
    "a name and more": (422, BAD, post("/cameras/{place.camera.id}", {"name": "x", "token_hash": "x"}, "PATCH")),
    "too many labels": (
        422, BAD, post("/images/{place.image_id}", {"labels": [f"l{n}" for n in range(33)]}, "PATCH"),
    ),
    "a label that is none": (422, BAD, post("/images/{place.image_id}", {"labels": [""]}, "PATCH")),
    "labels that are no list": (422, BAD, post("/images/{place.image_id}", {"labels": "person"}, "PATCH")),
    "a star that is neither": (422, BAD, post("/images/{place.image_id}", {"starred": "perhaps"}, "PATCH")),
    "no such page": (404, "not_found", get("/nothing-here")),
    "no such page below a resource": (404, "not_found", get("/images/x/y/z")),
    "a method that is not": (405, "method_not_allowed", post("/healthz", {})),
}  # fmt: skip
WRONG_QUERIES = {
    "limit": ["0", "-1", "501", "x", "", "1e3", "1.5", "9" * 30, "0x10", "NaN", "10; DROP TABLE images"],
    "from": ["x", "0", "2026-13-01T00:00:00Z", "2026-01-01", "9" * 100, "\0", "' OR '1'='1"],
    "to": ["yesterday", "Infinity"],
    "cursor": ["", "x", "AAAA", "=", "....", "\u00e9", "a" * 43, "a" * 128, "a" * 129, "0" * 60_000, "\0", "%00"],
    "starred": ["maybe", "2", ""],
    "camera_id": ["x", "", "0", "' UNION SELECT token_hash FROM cameras --"],
}
for resource, more in (
    ("images", {"alert_id": ["x", "1"], "label": ["", "\0", "x" * 65]}),
    ("alerts", {"type": ["earthquake", ""], "reviewed": ["maybe"]}),
):
    for field, values in {**WRONG_QUERIES, **more}.items():
        for number, value in enumerate(values):
            code = "bad_cursor" if field == "cursor" and len(value) <= 128 else BAD
            url = f"/{resource}?{field}={quote(value)}"
            BY_THE_OWNER[f"{resource}: {field} wrong in way {number}"] = (422, code, get(url))
    BY_THE_OWNER[f"{resource}: too many cameras"] = (422, BAD, get(f"/{resource}?" + f"camera_id={UNKNOWN}&" * 101))
for number, path in enumerate(["x", "1", "019ab1c2", "..%2f..%2fetc%2fpasswd", "%00", "a" * 3000, "%ff%fe", "';--"]):
    for url in (f"/images/{path}", f"/images/{path}/file", f"/alerts/{path}", f"/cameras/{path}"):
        refused = (404, "not_found") if "%2f" in path else (422, BAD)
        BY_THE_OWNER[f"{url[:40]} {number}"] = (*refused, get(url))
