"""Tells every viewer what changed: the port `EventBus`, within one process and between replicas."""

from api.broadcast.in_process import InProcessBus
from api.broadcast.port import Change, EventBus, Received, Subscription, TooSlow
from api.broadcast.postgres import PostgresBus

__all__ = ["Change", "EventBus", "InProcessBus", "PostgresBus", "Received", "Subscription", "TooSlow"]
