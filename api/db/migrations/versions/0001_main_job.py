"""The tables of the main job: cameras, alerts, images, people.

Revision: 0001   follows: nothing
"""

import sqlalchemy as sa
from alembic import op

from api.models.base import Id, JsonText

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cameras",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("agent_version", sa.String(length=64), nullable=True),
        sa.Column("health", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cameras")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_cameras_token_hash")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("cursor_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("setup_code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "users",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_key", sa.String(length=256), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name_key", name=op.f("uq_users_name_key")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("image_count", sa.Integer(), nullable=False),
        sa.Column("key_image_id", Id(), nullable=True),
        sa.Column("key_image_score", sa.Float(), nullable=True),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("clock_synchronized", sa.Boolean(), nullable=False),
        sa.Column("reported_timestamp", sa.BigInteger(), nullable=True),
        sa.Column("boot_id", sa.Text(), nullable=True),
        sa.Column("monotonic_seconds", sa.Float(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_alerts_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_camera_id_timestamp_id", "alerts", ["camera_id", "timestamp", "id"], unique=False)
    op.create_index("ix_alerts_timestamp_id", "alerts", ["timestamp", "id"], unique=False)
    op.create_index("ix_alerts_type_timestamp_id", "alerts", ["type", "timestamp", "id"], unique=False)
    op.create_table(
        "images",
        sa.Column("id", Id(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(length=80), nullable=False),
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("motion_boxes", JsonText(), nullable=True),
        sa.Column("labels", JsonText(), nullable=True),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("clock_synchronized", sa.Boolean(), nullable=False),
        sa.Column("reported_timestamp", sa.BigInteger(), nullable=True),
        sa.Column("boot_id", sa.Text(), nullable=True),
        sa.Column("monotonic_seconds", sa.Float(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("thumbnail_stored", sa.Boolean(), nullable=False),
        sa.Column("average_color", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_images_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
    )
    op.create_index("ix_images_alert_id_timestamp_id", "images", ["alert_id", "timestamp", "id"], unique=False)
    op.create_index("ix_images_camera_id_timestamp_id", "images", ["camera_id", "timestamp", "id"], unique=False)
    op.create_index(
        "ix_images_pending",
        "images",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    op.create_index(
        "ix_images_starred",
        "images",
        ["timestamp", "id"],
        unique=False,
        sqlite_where=sa.text("starred IS 1"),
        postgresql_where=sa.text("starred IS true"),
    )
    op.create_index("ix_images_timestamp_id", "images", ["timestamp", "id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("user_agent", sa.String(length=256), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "image_labels",
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("image_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_image_labels_image_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("label", "image_id", name=op.f("pk_image_labels")),
    )
    op.create_index("ix_image_labels_image_id", "image_labels", ["image_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_reviews_alert_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reviews_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "alert_id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_alert_id", "reviews", ["alert_id"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_reviews_alert_id", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("ix_image_labels_image_id", table_name="image_labels")
    op.drop_table("image_labels")
    op.drop_index("ix_sessions_user_id", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_images_timestamp_id", table_name="images")
    op.drop_index(
        "ix_images_starred",
        table_name="images",
        sqlite_where=sa.text("starred IS 1"),
        postgresql_where=sa.text("starred IS true"),
    )
    op.drop_index(
        "ix_images_pending",
        table_name="images",
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    op.drop_index("ix_images_camera_id_timestamp_id", table_name="images")
    op.drop_index("ix_images_alert_id_timestamp_id", table_name="images")
    op.drop_table("images")
    op.drop_index("ix_alerts_type_timestamp_id", table_name="alerts")
    op.drop_index("ix_alerts_timestamp_id", table_name="alerts")
    op.drop_index("ix_alerts_camera_id_timestamp_id", table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("users")
    op.drop_table("site")
    op.drop_table("cameras")
