"""The tables, and one frozen record a table: what a row is in Python. Instants are microseconds UTC (see `clock`)."""

from api.models.activity import activity
from api.models.alert import AlertRecord, AlertType, alerts, reviews
from api.models.base import metadata
from api.models.camera import CameraRecord, cameras
from api.models.deletion import DeletionRecord, deletions
from api.models.image import ImageRecord, ImageState, image_labels, images
from api.models.lease import leases
from api.models.person import Role, SessionRecord, UserRecord, sessions, users
from api.models.site import SiteRecord, site

__all__ = [
    "AlertRecord",
    "AlertType",
    "CameraRecord",
    "DeletionRecord",
    "ImageRecord",
    "ImageState",
    "Role",
    "SessionRecord",
    "SiteRecord",
    "UserRecord",
    "activity",
    "alerts",
    "cameras",
    "deletions",
    "image_labels",
    "images",
    "leases",
    "metadata",
    "reviews",
    "sessions",
    "site",
    "users",
]
