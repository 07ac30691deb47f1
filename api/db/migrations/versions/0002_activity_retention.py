"""Activity summaries, deletions that can be undone, retention, leases, and indexes for every mix of filters.

The summaries are filled from what is stored, so that an upgraded server shows its past.

Revision: 0002   follows: 0001
"""

import sqlalchemy as sa
from alembic import op

from api.models.base import Id, JsonText

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FILL = """
INSERT INTO activity (width_seconds, started_at, camera_id, images, alerts, size_bytes)
SELECT {width}, started_at, camera_id, SUM(images), SUM(alerts), SUM(size_bytes)
FROM (
    SELECT timestamp - timestamp % {micros} AS started_at, camera_id, 1 AS images, 0 AS alerts, size_bytes FROM images
    UNION ALL
    SELECT timestamp - timestamp % {micros}, camera_id, 0, 1, 0 FROM alerts
) AS things
GROUP BY started_at, camera_id
"""


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("width_seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_activity_camera_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("width_seconds", "started_at", "camera_id", name=op.f("pk_activity")),
    )
    op.create_index(
        "ix_activity_camera_id_width_seconds_started_at", "activity", ["camera_id", "width_seconds", "started_at"]
    )
    op.create_table(
        "deletions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=False),
        sa.Column("purge_at", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("row", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
    )
    op.create_index("ix_deletions_purge_at", "deletions", ["purge_at"])
    op.create_index("ix_deletions_batch_id", "deletions", ["batch_id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.add_column("cameras", sa.Column("retention_days", sa.Integer(), nullable=True))
    op.add_column("cameras", sa.Column("retention_bytes", sa.BigInteger(), nullable=True))
    op.add_column("site", sa.Column("retention_days", sa.Integer(), server_default="30", nullable=True))
    op.create_index("ix_alerts_camera_id_type_timestamp_id", "alerts", ["camera_id", "type", "timestamp", "id"])
    op.create_index(
        "ix_alerts_starred",
        "alerts",
        ["timestamp", "id"],
        sqlite_where=sa.text("starred IS 1"),
        postgresql_where=sa.text("starred IS true"),
    )
    op.add_column("image_labels", sa.Column("timestamp", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE image_labels SET timestamp = (SELECT timestamp FROM images WHERE images.id = image_labels.image_id)"
    )
    with op.batch_alter_table("image_labels") as batch:
        batch.alter_column("timestamp", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_image_labels_label_timestamp_image_id", "image_labels", ["label", "timestamp", "image_id"])
    for width in (300, 3600):
        op.execute(_FILL.format(width=width, micros=width * 1_000_000))


def downgrade() -> None:
    op.drop_index("ix_image_labels_label_timestamp_image_id", "image_labels")
    with op.batch_alter_table("image_labels") as batch:
        batch.drop_column("timestamp")
    op.drop_index("ix_alerts_starred", "alerts")
    op.drop_index("ix_alerts_camera_id_type_timestamp_id", "alerts")
    with op.batch_alter_table("site") as batch:
        batch.drop_column("retention_days")
    with op.batch_alter_table("cameras") as batch:
        batch.drop_column("retention_bytes")
        batch.drop_column("retention_days")
    op.drop_table("leases")
    op.drop_table("deletions")
    op.drop_table("activity")
