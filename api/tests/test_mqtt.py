"""MQTT with a real broker: the event as JSON and its picture beside it, a wrong password, a broker that is away."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiomqtt
import httpx
import orjson
import pytest

from api.clock import FakeClock
from api.tests.channels import add_channel, try_channel
from api.tests.support import CameraAccess, Server, jpeg, raise_alert, running, upload
from tools.system_programs import find_mosquitto

USER, PASSWORD = "picam", "a password"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a broker that lets nobody in without a password."""
    program = find_mosquitto()
    if program is None:
        pytest.skip("no MQTT broker on this machine: sudo apt-get install mosquitto")
    folder = tmp_path_factory.mktemp("broker")
    passwords = folder / "passwords"
    made = ["mosquitto_passwd", "-b", "-c", str(passwords), USER, PASSWORD]
    subprocess.run(made, check=True, capture_output=True)
    passwords.chmod(0o644)
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    # As root it would give up its rights and then not read this test's files.
    settings = f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\nuser root\n"
    (folder / "mosquitto.conf").write_text(settings)
    process = subprocess.Popen([program, "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    yield port
    process.terminate()
    process.wait()


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Server]:
    async with running(tmp_path, clock=clock, allowed_outbound="127.0.0.1") as started:
        yield started


async def add_mqtt(client: httpx.AsyncClient, port: int, password: str = PASSWORD) -> str:
    return await add_channel(client, kind="mqtt", host="127.0.0.1", port=port, username=USER, password=password)


async def let_time_pass(clock: FakeClock) -> None:
    while True:
        clock.advance(0.1)
        await asyncio.sleep(0.05)


async def test_an_event_is_published_with_its_picture(
    as_owner: httpx.AsyncClient, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock, broker: int
) -> None:
    await add_mqtt(as_owner, broker)
    async with aiomqtt.Client("127.0.0.1", broker, username=USER, password=PASSWORD) as home:
        await home.subscribe("picam/#", qos=1)
        alert = await raise_alert(as_camera, camera, clock, type="person")
        await upload(as_camera, camera, jpeg(), clock, alert_id=alert["id"])
        words, picture = None, b""
        # The picture may follow, a little later.
        passing = asyncio.create_task(let_time_pass(clock))
        async with asyncio.timeout(30):
            async for message in home.messages:
                payload = bytes(message.payload)
                if message.topic.matches("picam/alerts/picture"):
                    picture = payload
                elif words is None:
                    words = orjson.loads(payload)
                if words and picture:
                    break
        passing.cancel()
    assert words is not None
    assert (words["type"], words["camera_name"], words["alert"]["id"]) == ("new", "Porch", alert["id"])
    assert picture.startswith(b"\xff\xd8\xff")


async def test_a_wrong_password_ends_the_channel(as_owner: httpx.AsyncClient, broker: int) -> None:
    found = await try_channel(as_owner, await add_mqtt(as_owner, broker, "wrong"))
    assert (found["state"], found["last_error"]) == ("dead", "The broker does not accept this name and password.")
    (channel,) = (await as_owner.get("/notifications/channels")).json()["items"]
    assert channel["dead"]


async def test_a_broker_that_is_away_is_not_the_channel_s_end(as_owner: httpx.AsyncClient) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = await try_channel(as_owner, await add_mqtt(as_owner, probe.getsockname()[1]))
    assert found["last_error"] == "The broker could not be reached."
    (channel,) = (await as_owner.get("/notifications/channels")).json()["items"]
    assert not channel["dead"]


async def test_a_broker_in_the_own_network_is_not_called_unless_allowed(
    tmp_path: Path, clock: FakeClock, broker: int
) -> None:
    async with running(tmp_path, clock=clock) as careful:
        client = careful.client(careful.add_person())
        found = await try_channel(client, await add_mqtt(client, broker))
    assert "PICAM_ALLOWED_OUTBOUND" in found["last_error"]
