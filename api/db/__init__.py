"""The database: one way in (`Database.read`, `Database.write`), its engines and its migrations."""

from api.db.database import Database
from api.db.engine import open_engines
from api.db.upgrade import upgrade_schema

__all__ = ["Database", "open_engines", "upgrade_schema"]
