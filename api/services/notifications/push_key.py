"""The site's VAPID key, by which push services know this server. Made when it is first asked for; encrypted at rest."""

import base64

from sqlalchemy import Connection

from api.db import Database
from api.db.notification_rows import get_secret, keep_secret
from api.services.notifications.secret_box import SecretBox

_NAME = "vapid"


class PushKey:
    """One key for all replicas: whoever is first makes it."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box
        self._pem: bytes | None = None

    async def private_pem(self) -> bytes:
        """The private key, PEM. Raises `ValueError` when it cannot be decrypted."""
        if self._pem is None:
            sealed = await self._database.read(lambda connection: get_secret(connection, _NAME))
            if sealed is None:
                made = self._box.close({"pem": _new_pem()})

                def commit(connection: Connection) -> bytes:
                    return keep_secret(connection, _NAME, made)

                sealed = await self._database.write(commit)
            self._pem = str(self._box.open(sealed)["pem"]).encode()
        return self._pem

    async def public_key(self) -> str:
        """What a browser needs to subscribe: the uncompressed point, base64url."""
        from cryptography.hazmat.primitives import serialization

        private = serialization.load_pem_private_key(await self.private_pem(), None)
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _new_pem() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
