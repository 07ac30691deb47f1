"""Tells every viewer what changed: the port `EventBus`, within one process and (`postgres`) between replicas."""

from api.broadcast.in_process import InProcessBus
from api.broadcast.port import Change, EventBus, Received, Subscription, TooSlow

__all__ = ["Change", "EventBus", "InProcessBus", "Received", "Subscription", "TooSlow"]
