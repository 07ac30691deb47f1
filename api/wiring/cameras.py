"""Wires what the server knows of cameras: their connections, settings, commands and health."""

from dataclasses import dataclass

from api.clock import Clock
from api.db import Database
from api.services.audit import Audit
from api.services.camera_commands import CameraCommands
from api.services.camera_health import CameraHealth
from api.services.camera_settings import RemoteSettings
from api.services.cameras import Cameras
from api.services.control import Control
from api.services.credentials import Credentials
from api.services.live import Live


@dataclass(frozen=True, slots=True)
class CameraParts:
    """What the routes and the workers use."""

    control: Control
    cameras: Cameras
    live: Live
    settings: RemoteSettings
    commands: CameraCommands
    health: CameraHealth
    credentials: Credentials


def open_cameras(database: Database, audit: Audit, clock: Clock) -> CameraParts:
    """What a camera says on its control connection goes to whom it concerns."""
    control = Control()
    cameras = Cameras(database, clock)
    settings = RemoteSettings(database, control, clock)
    commands = CameraCommands(database, settings, control, clock)
    control.on("settings_report", settings.reported)
    control.on("command_result", commands.answered)
    return CameraParts(
        control=control,
        cameras=cameras,
        live=Live(control),
        settings=settings,
        commands=commands,
        health=CameraHealth(database, clock),
        credentials=Credentials(database, cameras, control, audit, clock),
    )
