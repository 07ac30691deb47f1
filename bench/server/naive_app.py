"""The usual FastAPI application for the same job, as a peer: `UploadFile`, an ORM session a request, and a thumbnail made
by Pillow at full size before the answer. Durable in the file, as ours is. Started by uvicorn with its factory `create`."""

import hashlib
import os
import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Header, HTTPException, UploadFile
from PIL import Image
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class CameraRow(Base):
    __tablename__ = "cameras"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(index=True)


class ImageRow(Base):
    __tablename__ = "images"

    id: Mapped[str] = mapped_column(primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(index=True)
    camera_id: Mapped[str] = mapped_column(index=True)
    filename: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]


class ImageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    timestamp: datetime
    camera_id: str
    filename: str
    size_bytes: int
    sha256: str
    width: int
    height: int


def create() -> FastAPI:
    """Settings come from `NAIVE_DIR` (a folder) and `NAIVE_TOKEN`."""
    folder = Path(os.environ["NAIVE_DIR"])
    engine = create_engine(f"sqlite:///{folder / 'naive.sqlite3'}")
    Base.metadata.create_all(engine)
    make_session = sessionmaker(engine)
    token_hash = hashlib.sha256(os.environ["NAIVE_TOKEN"].encode()).hexdigest()
    with make_session.begin() as session:
        session.add(CameraRow(id="camera", token_hash=token_hash))
    app = FastAPI()

    def database() -> Iterator[Session]:
        with make_session() as session:
            yield session

    Database = Annotated[Session, Depends(database)]  # noqa: N806

    def camera(session: Database, authorization: Annotated[str, Header()]) -> CameraRow:
        digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
        found = session.scalar(select(CameraRow).where(CameraRow.token_hash == digest))
        if found is None:
            raise HTTPException(401)
        return found

    @app.post("/images", status_code=201, response_model=ImageOut)
    def create_image(
        file: UploadFile,
        timestamp: Annotated[datetime, Form()],
        sender: Annotated[CameraRow, Depends(camera)],
        session: Database,
    ) -> ImageRow:
        data = file.file.read()
        name = f"{secrets.token_hex(8)}.jpg"
        with (folder / name).open("wb") as stored:
            stored.write(data)
            stored.flush()
            os.fsync(stored.fileno())
        with Image.open(folder / name) as picture:
            width, height = picture.size
            small = picture.resize((320, 320 * height // width), Image.Resampling.LANCZOS)
            small.save(folder / f"thumbnail-{name}")
        row = ImageRow(
            id=str(uuid.uuid4()),
            timestamp=timestamp.astimezone(UTC),
            camera_id=sender.id,
            filename=name,
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            width=width,
            height=height,
        )
        session.add(row)
        session.commit()
        session.refresh(row)
        return row

    return app
