"""A small RTSP server for one viewer at a time: MPEG-4 video of a file as RTP inside the RTSP connection (RFC 2326, RFC 6416)."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

_MOST_BYTES = 1400


class _Viewer(socketserver.StreamRequestHandler):
    server: "RtspServer"

    def handle(self) -> None:
        while request := self._request():
            method, url, _ = request[0].split()
            sequence = next(line for line in request if line.lower().startswith("cseq"))
            self.server.asked.append(method)
            head, body = [], ""
            if method == "DESCRIBE":
                head, body = [f"Content-Base: {url}/", "Content-Type: application/sdp"], self.server.description
            elif method == "SETUP":
                head = ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1"]
            elif method == "OPTIONS":
                head = ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"]
            status = "200 OK" if self.server.path in url else "404 Not Found"
            lines = [f"RTSP/1.0 {status}", sequence, *head, f"Content-Length: {len(body)}", "", body]
            self.wfile.write("\r\n".join(lines).encode())
            if method == "PLAY":
                self._play()
                return

    def _request(self) -> list[str]:
        lines: list[str] = []
        while line := self.rfile.readline().decode("latin-1").strip():
            lines.append(line)
        return lines

    def _play(self) -> None:
        number = 0
        for index, picture in enumerate(self.server.pictures):
            for start in range(0, len(picture), _MOST_BYTES):
                part = picture[start : start + _MOST_BYTES]
                last = start + _MOST_BYTES >= len(picture)
                rtp = struct.pack("!BBHII", 0x80, 96 | last << 7, number, 9000 * index, 1) + part
                self.wfile.write(b"$\0" + struct.pack("!H", len(rtp)) + rtp)
                number += 1
        if self.server.hangs:
            self.server.released.wait(30)


class RtspServer(socketserver.ThreadingTCPServer):
    """Plays the pictures of `path` at once and then ends the connection, or `hangs`: stays connected and sends nothing."""

    daemon_threads = True
    allow_reuse_address = True
    path = "/yard"

    def __init__(self, path: Path, *, hangs: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Viewer)
        self.hangs = hangs
        self.released = threading.Event()
        self.asked: list[str] = []
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            config = (stream.codec_context.extradata or b"").hex()
            self.pictures = [bytes(packet) for packet in container.demux(stream) if packet.size]
        self.description = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=yard\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n"
            f"a=fmtp:96 profile-level-id=1;config={config}\r\na=control:video\r\n"
        )

    @property
    def address(self) -> str:
        return f"rtsp://me:secret@127.0.0.1:{self.server_address[1]}{self.path}"


@contextmanager
def rtsp_server(path: Path, *, hangs: bool = False) -> Iterator[RtspServer]:
    with RtspServer(path, hangs=hangs) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield server
        server.released.set()
        server.shutdown()
