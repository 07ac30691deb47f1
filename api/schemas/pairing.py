"""Pairing on the wire: what an admin asks for and is shown, and what a new camera says and is given."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.models import PairingKind
from api.schemas.common import Instant, Name, Strict

Pin = Annotated[str, Field(examples=["sha256//3vFJ0qk3mCz4Jm1oJ1yDqJ2g4l8w3Z9o0c7gQkqk0xE="])]
_PIN = (
    "SHA-256 of the public key of the server's own certificate, as curl's `--pinnedpubkey` takes it; null: not its own."
)


class NewPairing(Strict):
    """What an admin asks for: a code for a new camera, or for a new device in the place of a camera."""

    kind: PairingKind = PairingKind.TYPED
    name: Annotated[Name | None, Field(description="The new camera's name; null: what it calls itself.")] = None
    camera_id: Annotated[
        UUID | None, Field(description="The camera whose name and history the new device takes over.")
    ] = None


class Pairing(TypedDict):
    """A pairing: waiting until `expires_at`, or claimed by the camera `camera_id`."""

    id: UUID
    kind: PairingKind
    created_at: Instant
    expires_at: Instant
    claimed_at: Instant | None
    camera_id: Annotated[UUID | None, Field(description="The camera that claimed it; null while it waits.")]


class PairingOffer(Pairing):
    """A new pairing with its code, which is shown this once, and everything that a person may do with it."""

    code: Annotated[str, Field(description="Works once, until `expires_at`.", examples=["7GK2-M9RT"])]
    server: Annotated[
        str, Field(description="Where cameras reach this server.", examples=["https://192.168.1.10:8000"])
    ]
    pin: Annotated[Pin | None, Field(description=_PIN)]
    reachable: Annotated[bool, Field(description="False: only cameras on the server's own machine reach it.")]
    install_command: Annotated[str, Field(description="The one line for a Pi that has no agent yet.")]
    pair_command: Annotated[str, Field(description="The same for one that has.")]
    qr_svg: Annotated[str, Field(description="`install_command` as a QR code: an SVG document.")]
    card_file: Annotated[
        str, Field(description="The file `picam-pairing.toml` for the boot partition of an agent's card.")
    ]
    user_data: Annotated[str, Field(description="The file `user-data` (cloud-init) for a freshly written card.")]


class PairingClaim(Strict):
    """What a new camera says. With the same `nonce` a repeated claim, whose answer was lost, is answered again."""

    code: Annotated[str, Field(min_length=1, max_length=64, examples=["7GK2-M9RT"])]
    name: Annotated[Name | None, Field(description="What the device calls itself, such as its host name.")] = None
    nonce: Annotated[
        str | None,
        Field(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_-]+$", description="Random, from the device."),
    ] = None


class PairedCamera(TypedDict):
    """The credential of a new camera, and by what it knows this server again."""

    camera_id: UUID
    name: Annotated[str, Field(examples=["Porch"])]
    token: Annotated[str, Field(description="Shown this once. `Authorization: Bearer` from now on.")]
    pin: Annotated[Pin | None, Field(description=_PIN)]
    server_ca: Annotated[
        str | None,
        Field(description="The authority (PEM) that signs the server's own certificates; null: a public one."),
    ]


class CameraToken(TypedDict):
    """A new token of a camera. The one before it works until this one is used for the first time."""

    camera_id: UUID
    token: Annotated[str, Field(description="Shown this once.")]
