"""The tables, and one frozen record a table: what a row is in Python. Instants are microseconds UTC (see `clock`)."""

from api.models.alert import AlertRecord, AlertType, alerts, reviews
from api.models.base import metadata
from api.models.camera import CameraRecord, cameras
from api.models.image import ImageRecord, ImageState, image_labels, images
from api.models.person import Role, SessionRecord, UserRecord, sessions, users
from api.models.site import SiteRecord, site

__all__ = [
    "AlertRecord",
    "AlertType",
    "CameraRecord",
    "ImageRecord",
    "ImageState",
    "Role",
    "SessionRecord",
    "SiteRecord",
    "UserRecord",
    "alerts",
    "cameras",
    "image_labels",
    "images",
    "metadata",
    "reviews",
    "sessions",
    "site",
    "users",
]
