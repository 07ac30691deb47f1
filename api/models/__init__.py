"""The tables, and one frozen record a table: what a row is in Python. Instants are microseconds UTC (see `clock`)."""

from api.models.access import (
    InvitationRecord,
    PasskeyRecord,
    Scope,
    ShareRecord,
    TokenRecord,
    invitations,
    passkeys,
    shares,
    tokens,
)
from api.models.activity import activity, activity_totals
from api.models.alert import AlertRecord, AlertType, Verdict, alerts, reviews
from api.models.audit import AuditAction, AuditRecord, audit
from api.models.base import metadata
from api.models.camera import SERVER_ID, CameraRecord, cameras
from api.models.camera_settings import SettingsRecord, camera_settings
from api.models.camera_state import BootRecord, SampleRecord, StateRecord, boots, camera_states, health_samples
from api.models.deletion import DeletionRecord, deletions
from api.models.image import ImageRecord, ImageState, image_labels, images
from api.models.job import JobKind, JobRecord, JobState, Phase, jobs
from api.models.lease import leases
from api.models.notification import (
    ChannelKind,
    ChannelRecord,
    NotificationSettingsRecord,
    RuleRecord,
    channels,
    notification_rules,
    notification_settings,
    secrets,
)
from api.models.pairing import (
    CameraTokenRecord,
    PairingKind,
    PairingRecord,
    TokenState,
    camera_tokens,
    pairings,
)
from api.models.person import Role, SessionRecord, UserRecord, sessions, users
from api.models.site import SiteRecord, site

__all__ = [
    "AlertRecord",
    "AlertType",
    "AuditAction",
    "AuditRecord",
    "BootRecord",
    "CameraRecord",
    "CameraTokenRecord",
    "DeletionRecord",
    "ImageRecord",
    "ImageState",
    "InvitationRecord",
    "PasskeyRecord",
    "SERVER_ID",
    "PairingKind",
    "PairingRecord",
    "Role",
    "Scope",
    "ChannelKind",
    "ChannelRecord",
    "JobKind",
    "JobRecord",
    "JobState",
    "NotificationSettingsRecord",
    "Phase",
    "RuleRecord",
    "SessionRecord",
    "ShareRecord",
    "SiteRecord",
    "TokenRecord",
    "TokenState",
    "UserRecord",
    "Verdict",
    "activity",
    "activity_totals",
    "alerts",
    "audit",
    "SampleRecord",
    "SettingsRecord",
    "StateRecord",
    "boots",
    "camera_settings",
    "camera_states",
    "camera_tokens",
    "cameras",
    "channels",
    "deletions",
    "health_samples",
    "image_labels",
    "images",
    "invitations",
    "leases",
    "metadata",
    "passkeys",
    "pairings",
    "jobs",
    "notification_rules",
    "notification_settings",
    "reviews",
    "secrets",
    "sessions",
    "shares",
    "site",
    "tokens",
    "users",
]
