"""The database: one way in (`Database.read`, `Database.write`), its engines and its migrations."""

from api.db.database import Database
from api.db.engine import open_engines
from api.db.upgrade import known_revisions, revision_of, upgrade_schema

__all__ = ["Database", "known_revisions", "open_engines", "revision_of", "upgrade_schema"]
