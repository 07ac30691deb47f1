"""Indexes for the mixes of filters that walked too far, and one row a bucket for all cameras together.

A label's and a review's row repeat what its picture or alert is found by; `activity_totals` is filled from `activity`.

Revision: 0005   follows: 0004
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.models.base import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STARRED: dict[str, Any] = {"sqlite_where": sa.text("starred IS 1"), "postgresql_where": sa.text("starred IS true")}


def upgrade() -> None:
    op.create_table(
        "activity_totals",
        sa.Column("width_seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("width_seconds", "started_at", "part", name=op.f("pk_activity_totals")),
        sqlite_with_rowid=False,
    )
    # All of the past in one part: a bucket is the sum of its parts.
    op.execute(
        "INSERT INTO activity_totals (width_seconds, started_at, part, images, alerts, size_bytes)"
        " SELECT width_seconds, started_at, 0, SUM(images), SUM(alerts), SUM(size_bytes)"
        " FROM activity GROUP BY width_seconds, started_at"
    )
    op.create_index("ix_images_starred_camera_id", "images", ["camera_id", "timestamp", "id"], **_STARRED)
    op.create_index("ix_alerts_starred_camera_id", "alerts", ["camera_id", "timestamp", "id"], **_STARRED)
    _repeat("image_labels", "images", "image_id", {"camera_id": Id(), "starred": sa.Boolean()})
    by_label, by_camera = ["label", "timestamp", "image_id"], ["label", "camera_id", "timestamp", "image_id"]
    op.create_index("ix_image_labels_label_camera_id_timestamp_image_id", "image_labels", by_camera)
    op.create_index("ix_image_labels_starred", "image_labels", by_label, **_STARRED)
    op.create_index("ix_image_labels_starred_camera_id", "image_labels", by_camera, **_STARRED)
    _repeat("reviews", "alerts", "alert_id", {"timestamp": sa.BigInteger(), "camera_id": Id()})
    op.create_index("ix_reviews_user_id_timestamp_alert_id", "reviews", ["user_id", "timestamp", "alert_id"])
    op.create_index(
        "ix_reviews_user_id_camera_id_timestamp_alert_id", "reviews", ["user_id", "camera_id", "timestamp", "alert_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_reviews_user_id_camera_id_timestamp_alert_id", "reviews")
    op.drop_index("ix_reviews_user_id_timestamp_alert_id", "reviews")
    with op.batch_alter_table("reviews") as batch:
        batch.drop_column("camera_id")
        batch.drop_column("timestamp")
    op.drop_index("ix_image_labels_starred_camera_id", "image_labels")
    op.drop_index("ix_image_labels_starred", "image_labels")
    op.drop_index("ix_image_labels_label_camera_id_timestamp_image_id", "image_labels")
    with op.batch_alter_table("image_labels") as batch:
        batch.drop_column("starred")
        batch.drop_column("camera_id")
    op.drop_index("ix_alerts_starred_camera_id", "alerts")
    op.drop_index("ix_images_starred_camera_id", "images")
    op.drop_table("activity_totals")


def _repeat(table: str, owner: str, key: str, columns: Mapping[str, sa.types.TypeEngine[Any]]) -> None:
    """Add columns of `owner` to the table whose rows name one of its rows by `key`."""
    for name, kind in columns.items():
        op.add_column(table, sa.Column(name, kind, nullable=True))
    ours = sa.table(table, sa.column(key), *map(sa.column, columns))
    theirs = sa.table(owner, sa.column("id"), *map(sa.column, columns))
    of_owner = {name: sa.select(theirs.c[name]).where(theirs.c.id == ours.c[key]).scalar_subquery() for name in columns}
    op.execute(sa.update(ours).values(of_owner))
    with op.batch_alter_table(table) as batch:
        for name, kind in columns.items():
            batch.alter_column(name, existing_type=kind, nullable=False)
