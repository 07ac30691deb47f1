"""What people say of an alert: tags, a note, whether it was one; and when the sensor spoke.

Revision: 0006   follows: 0005
"""

import sqlalchemy as sa
from alembic import op

from api.models.base import JsonText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("triggered_at", sa.BigInteger(), nullable=True))
    op.add_column("alerts", sa.Column("verdict", sa.String(length=16), nullable=True))
    op.add_column("alerts", sa.Column("tags", JsonText(), nullable=True))
    op.add_column("alerts", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("alerts") as batch:
        for name in ("note", "tags", "verdict", "triggered_at"):
            batch.drop_column(name)
