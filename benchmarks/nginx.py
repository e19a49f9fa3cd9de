"""nginx in front of the service, by deploy/nginx.conf: without certificates, on a port of this machine."""

from __future__ import annotations

import contextlib
import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.service import ROOT, Service, free_port

_FRAME = """daemon off; user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 2048; }}
http {{
client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy; fastcgi_temp_path {folder}/nginx-f;
uwsgi_temp_path {folder}/nginx-u; scgi_temp_path {folder}/nginx-s; keepalive_requests 1000000;
{ours}
}}
"""


@contextlib.contextmanager
def before(service: Service, folder: Path) -> Iterator[Service]:
    """The service as a browser meets it; what nginx costs is counted with it."""
    port = free_port()
    (folder / "nginx.conf").write_text(
        _FRAME.format(folder=folder, user=getpass.getuser(), ours=_ours(port, service.port, folder))
    )
    program = shutil.which("nginx") or "nginx"
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")])
    try:
        _wait(port, process, folder / "nginx.log")
        yield Service(port, (*service.roots, process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _ours(port: int, behind: int, folder: Path) -> str:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"server \{[^{}]*return 301[^{}]*\}", "", text)  # to https
    text = re.sub(r"(?m)^ *(ssl_|http2 |listen \[|access_log ).*$", "", text)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port}; access_log off;")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace("/var/cache/nginx/", f"{folder}/nginx-cache-")
    return text.replace("server_name meeting.example.org;", "")


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nginx did not start:\n{log.read_text() if log.exists() else ''}")
        time.sleep(0.05)
