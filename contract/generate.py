"""Writes the contract from the server's code: `python -m contract.generate` (add `--check` to compare only).

`openapi.json` is the HTTP contract, `ws.schema.json` the messages of `GET /ws`. Both are committed; a test compares.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from api.main import create_app
from api.schemas.live_updates import ServerMessage
from api.settings import Settings

HERE = Path(__file__).parent


def documents() -> dict[str, dict[str, Any]]:
    """File name to content, as the code has it now."""
    app = create_app(Settings(client_dir=HERE / "no-client"))
    messages = TypeAdapter(ServerMessage).json_schema()
    return {
        "openapi.json": app.openapi(),
        "ws.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "ServerMessage",
            **messages,
        },
    }


def encode(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the contract from the server's code.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 where the files differ from the code"
    )
    check = parser.parse_args().check
    stale = []
    for name, document in documents().items():
        path = HERE / name
        text = encode(document)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    print(f"{'differs' if check else 'written'}: {', '.join(stale)}" if stale else "The contract is up to date.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
