"""Who asks: a camera, or a person. Rights are asked of the principal, in one place, by name."""

from dataclasses import dataclass
from uuid import UUID

from api.errors import Forbidden
from api.models import Role


@dataclass(frozen=True, slots=True)
class CameraPrincipal:
    """A camera: writes as itself, and reads nothing but its own settings."""

    camera_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PersonPrincipal:
    """A person who is signed in; `session_hash` names the browser."""

    user_id: UUID
    name: str
    role: Role
    session_hash: bytes


Principal = CameraPrincipal | PersonPrincipal


def require_writer(principal: Principal, camera_id: UUID) -> None:
    """Pictures and alerts come from the camera itself or from an admin. Raises `Forbidden` for anybody else."""
    if isinstance(principal, CameraPrincipal):
        if principal.camera_id != camera_id:
            raise Forbidden(
                "foreign_camera", "This token belongs to another camera: send that camera's own `camera_id`."
            )
    elif principal.role is not Role.ADMIN:
        raise Forbidden("forbidden", "Only a camera or an admin may send this.")


def require_role(person: PersonPrincipal, *roles: Role) -> None:
    """Raises `Forbidden` unless the person has one of the roles."""
    if person.role not in roles:
        raise Forbidden("forbidden", f"This takes the role {' or '.join(roles)}: ask an admin.")
