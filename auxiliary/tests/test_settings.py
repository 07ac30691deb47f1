"""Settings: which place wins, and that every mistake is a sentence."""

from pathlib import Path

import pytest

from auxiliary.camera_client import _parser
from auxiliary.fusion import Trigger
from auxiliary.settings import Settings, SettingsError, load_settings

SERVER = {"server": "http://server:8000"}


def toml(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "camera.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_command_line_wins_over_the_environment_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = toml(tmp_path, 'server = "http://file"\nsensor = "pir:GPIO1"\nquiet_seconds = 9\n')
    monkeypatch.setenv("PICAM_CAMERA_SENSOR", "pir:GPIO2")
    monkeypatch.setenv("PICAM_CAMERA_SERVER", "http://environment")
    settings = load_settings({"server": "http://flag"}, file)
    assert (settings.server, settings.sensor, settings.quiet_seconds) == ("http://flag", "pir:GPIO2", 9.0)


def test_zones_and_masks_come_from_the_file(tmp_path: Path) -> None:
    settings = load_settings(SERVER, toml(tmp_path, "masks = [[[0, 0], [0.5, 0], [0.5, 0.5]]]"))
    assert settings.motion_settings().masks == (((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),)


def test_every_option_of_the_command_line_is_a_setting_and_the_other_way_round() -> None:
    flags = set(vars(_parser().parse_args([]))) - {"config"}
    assert set(Settings.model_fields) - flags == {"token", "zones", "masks", "privacy_masks"}
    assert flags <= set(Settings.model_fields)


def test_defaults_are_those_that_the_help_names() -> None:
    settings = load_settings(SERVER)
    assert settings.source == "picamera"
    assert settings.loops
    assert settings.trigger is Trigger.EITHER
    assert not load_settings({**SERVER, "speed": 0.0}).loops
    assert not load_settings({**SERVER, "loop": False}).loops


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "server is missing: give --server"),
        ('server = "server:8000"', "is not an address like http://"),
        ('server = "ftp://server"', "is not an address like http://"),
        ('server = "http://me:secret@server"', "must not carry"),
        ('server = "http://server"\nserfer = 1', "serfer: there is no such setting"),
        ('server = "http://server"\nquiet_seconds = "long"', "quiet_seconds: "),
        ('server = "http://server"\nspeed = 0\nloop = true', "loops in real time only"),
        ('server = "http://server"\ntrigger = "both"', "needs a sensor"),
        ('server = "http://server"\nmasks = [[[0, 0], [1, 1]]]', "at least three points"),
        ('server = "http://server"\nprivacy_masks = [[[0, 0], [0, 1], [7, 7]]]', "relative to the picture"),
        ('server = "http://server"\nmasks = [[[0, 0], [0, 1], [7, 7]]]', "relative to the picture"),
        ("server = ", "cannot be read"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_settings({}, toml(tmp_path, text))


def test_a_settings_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load_settings(SERVER, tmp_path / "nowhere.toml")


def test_the_token_comes_from_the_environment_or_a_file_and_is_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    assert load_settings({**SERVER, "token_file": file}).bearer_token() == "from-file"
    monkeypatch.setenv("PICAM_CAMERA_TOKEN", "from-environment")
    settings = load_settings({**SERVER, "token_file": file})
    assert settings.bearer_token() == "from-environment"
    assert "from-environment" not in repr(settings)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        (b"", "one token and nothing else"),
        (b"two tokens", "one token and nothing else"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_token_file_that_is_none_is_told_in_a_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        load_settings({**SERVER, "token_file": file}).bearer_token()


def test_without_a_token_the_sentence_says_where_to_get_one() -> None:
    with pytest.raises(SettingsError, match="camera_client pair CODE"):
        load_settings(SERVER).bearer_token()


def test_the_spool_stands_where_the_system_keeps_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/state")
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    assert load_settings(SERVER).spool == Path("/home/me/state/picam/spool")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/picam")
    assert load_settings(SERVER).spool == Path("/var/lib/picam/spool")
