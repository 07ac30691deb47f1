"""nginx that stores what is PUT to it (DAV), without fsync: the limit that a web server in C sets."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.server.processes import Started, cores, free_port, started

_CONFIGURATION = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 25m;
    client_body_buffer_size 512k;
    keepalive_requests 1000000;
    location / {{
      root {folder}/files;
      dav_methods PUT;
      create_full_put_path on;
    }}
  }}
}}
"""


def nginx_program() -> str | None:
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextlib.contextmanager
def nginx(program: str, folder: Path) -> Iterator[Started]:
    """nginx with one worker on the measured core, storing under `folder`."""
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "files").mkdir()
    # Its worker would become another user, who may not write here.
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, user=user))
    command = [program, "-c", str(configuration), "-e", str(folder / "error.log")]
    with started(command, port, core=cores()[0], log=folder / "output.log") as server:
        yield server
