"""A photo on its way up, whole."""

import base64
import hashlib
from uuid import UUID

from werkzeug.test import TestResponse

from tests.cast import Client


def upload(client: Client, inspection: UUID, content: bytes) -> TestResponse:
    """POST blobs with all bytes at once."""
    told = {"sha256": hashlib.sha256(content).hexdigest(), "inspection": str(inspection), "mime": "image/jpeg"}
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": metadata,
        "Content-Type": "application/offset+octet-stream",
    }
    return client.post("/api/v1/blobs", data=content, headers=headers)
