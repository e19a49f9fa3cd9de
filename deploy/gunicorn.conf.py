"""How the web server runs: `gunicorn --config deploy/gunicorn.conf.py wsgi:app`.

Every value can be set from the environment; what stands here suits one machine with two cores.
"""

import os

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"

# Threads, because a request waits for the database more than it computes. Pages poll: no connection
# is held for long.
worker_class = "gthread"
workers = int(os.environ.get("CONFERENCE_WORKERS") or 2)
threads = int(os.environ.get("CONFERENCE_THREADS") or 4)

# On SIGTERM a worker ends what it has begun. A proxy keeps connections open a little longer than we do.
graceful_timeout = 20
timeout = 30
keepalive = 5

# A worker makes room for a fresh one now and then, not all at the same moment.
max_requests = 50_000
max_requests_jitter = 5_000

# The application itself reads X-Forwarded-For and X-Forwarded-Proto, as far as CONFERENCE_PROXIES says; gunicorn stays
# out of it, so that there is one place that trusts.
forwarded_allow_ips = ""

# What the service makes in the instance folder is nobody else's.
umask = 0o077

# No access log: personal links are addresses. The application writes its own, without them.
accesslog = None
errorlog = "-"

# Where the heartbeat file lies: in memory, if possible, so that a slow disk doesn't look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 — gunicorn wants plain text

# Nobody steers the server through a socket; it would be made in the home folder.
control_socket_disable = True

# A request line holds a code or a search, no more.
limit_request_line = 4094
limit_request_fields = 60
