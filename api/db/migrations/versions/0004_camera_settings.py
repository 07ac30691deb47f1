"""Remote settings with their history, faults, health history, and how certain a time is.

Revision: 0004   follows: 0003
"""

import sqlalchemy as sa
from alembic import op

from api.models.base import Id, JsonText

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera_settings",
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", JsonText(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("user_name", sa.String(length=80), nullable=True),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_camera_settings_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", "version", name=op.f("pk_camera_settings")),
    )
    op.create_table(
        "camera_states",
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("settings_version", sa.Integer(), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("settings_report", JsonText(), nullable=True),
        sa.Column("faults", JsonText(), nullable=True),
        sa.Column("silence", JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_camera_states_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_camera_states")),
    )
    op.create_table(
        "health_samples",
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("online_seconds", sa.Float(), nullable=False),
        sa.Column("health", JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_health_samples_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", "started_at", name=op.f("pk_health_samples")),
    )
    op.create_index("ix_health_samples_started_at", "health_samples", ["started_at"])
    op.create_table(
        "boots",
        sa.Column("camera_id", Id(), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("uncertainty_seconds", sa.Float(), nullable=False),
        sa.Column("learned_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_boots_camera_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("camera_id", "boot_id", name=op.f("pk_boots")),
    )
    op.add_column("alerts", sa.Column("time_uncertainty_seconds", sa.Float(), nullable=True))
    op.add_column("alerts", sa.Column("detail", JsonText(), nullable=True))
    op.add_column("images", sa.Column("time_uncertainty_seconds", sa.Float(), nullable=True))
    for table in ("alerts", "images"):
        op.create_index(
            f"ix_{table}_unsynchronized",
            table,
            ["camera_id", "boot_id"],
            sqlite_where=sa.text("clock_synchronized IS 0"),
            postgresql_where=sa.text("clock_synchronized IS false"),
        )


def downgrade() -> None:
    for table in ("alerts", "images"):
        op.drop_index(f"ix_{table}_unsynchronized", table)
    # Not by copying the table: millions of pictures stay where they are.
    op.drop_column("images", "time_uncertainty_seconds")
    op.drop_column("alerts", "detail")
    op.drop_column("alerts", "time_uncertainty_seconds")
    op.drop_table("boots")
    op.drop_index("ix_health_samples_started_at", "health_samples")
    op.drop_table("health_samples")
    op.drop_table("camera_states")
    op.drop_table("camera_settings")
