"""Who asks: a camera, or a person. Rights are asked of the principal, in one place, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.errors import Forbidden, Invalid
from api.models import Role, Scope

RANK = (Role.VIEWER, Role.MEMBER, Role.ADMIN)
"""The least first: each may do what those before it may."""
ROLE_OF_SCOPE = {Scope.READ: Role.VIEWER, Scope.WRITE: Role.MEMBER, Scope.ADMIN: Role.ADMIN}


@dataclass(frozen=True, slots=True)
class CameraPrincipal:
    """A camera: writes as itself, and reads nothing but its own settings."""

    camera_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PersonPrincipal:
    """A person who is signed in, or a script that acts for one. `session_hash` names the browser or the script's token.

    `cameras`: those this person may see; None is all of them. `token_id`: the script's token, None for a browser.
    """

    user_id: UUID
    name: str
    role: Role
    session_hash: bytes
    cameras: frozenset[UUID] | None = None
    token_id: UUID | None = None

    def sees(self, camera_id: UUID) -> bool:
        """Whether this person may know anything of a camera."""
        return self.cameras is None or camera_id in self.cameras

    def narrow(self, asked: Iterable[UUID]) -> tuple[UUID, ...]:
        """The cameras to look for when these are asked for (none: all there are): the one filter that every list takes.

        An empty answer means every camera. Where nothing is left it is `NO_CAMERA`, which finds nothing, as an unknown
        id does.
        """
        wanted = tuple(asked)
        if self.cameras is None:
            return wanted
        return tuple(sorted(self.cameras.intersection(wanted) if wanted else self.cameras)) or (NO_CAMERA,)


NO_CAMERA = UUID(int=0)
"""No camera has this id."""

Principal = CameraPrincipal | PersonPrincipal


def require_writer(principal: Principal, camera_id: UUID) -> None:
    """Pictures and alerts come from the camera itself or from an admin. Raises `Forbidden` for anybody else, and
    `Invalid`, as for an unknown camera, for one that a script's token does not reach."""
    if isinstance(principal, CameraPrincipal):
        if principal.camera_id != camera_id:
            raise Forbidden(
                "foreign_camera", "This token belongs to another camera: send that camera's own `camera_id`."
            )
    elif principal.role is not Role.ADMIN:
        raise Forbidden("forbidden", "Only a camera or an admin may send this.")
    elif not principal.sees(camera_id):
        raise Invalid("unknown_camera", "There is no camera with this `camera_id`: GET /cameras lists them.")


def require_role(person: PersonPrincipal, *roles: Role) -> None:
    """Raises `Forbidden` unless the person has one of the roles."""
    if person.role not in roles:
        raise Forbidden("forbidden", f"This takes the role {' or '.join(roles)}: ask an admin.")


def require_scope(person: PersonPrincipal, scope: Scope) -> None:
    """Raises `Forbidden` for a scope that reaches beyond the person's own role."""
    if RANK.index(ROLE_OF_SCOPE[scope]) > RANK.index(person.role):
        raise Forbidden("forbidden", "A token reaches no further than you do: choose a smaller scope.")
