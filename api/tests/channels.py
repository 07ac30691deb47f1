"""What tests of the channels have in common."""

import asyncio
from typing import Any

import httpx


async def add_channel(client: httpx.AsyncClient, **config: object) -> str:
    """A new channel of the asking person; its id."""
    answer = await client.post("/notifications/channels", json={"name": "Tried", "config": config})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def try_channel(client: httpx.AsyncClient, channel: str) -> dict[str, Any]:
    """Send a test message by it; what became of that."""
    sent = (await client.post(f"/notifications/channels/{channel}/test")).json()
    async with asyncio.timeout(30):
        while True:
            found: dict[str, Any] = (await client.get(f"/notifications/{sent['id']}")).json()
            if found["state"] != "queued":
                return found
            await asyncio.sleep(0.02)
