"""Background jobs: one file each, under one supervisor. What they have to do is in the database, never in memory."""

from api.workers.decoding import DecodingWorker
from api.workers.leased import LeasedWorker
from api.workers.supervisor import Supervisor, Worker

__all__ = ["DecodingWorker", "LeasedWorker", "Supervisor", "Worker"]
