"""How the site is served; gunicorn reads this file by itself from the working directory.

Threads rather than processes: pages are short, and one process keeps the memory of a small office's server low.
"""

import os
import time

# Workers inherit it: pages kept by an earlier start may have been made by other templates (config/settings.py).
os.environ["SERVED_SINCE"] = str(int(time.time()))

bind = f"{os.environ.get('BIND_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 8
# Scanned originals over a slow line take a while to arrive.
timeout = 120
loglevel = "warning"


def when_ready(server):
    # PORT=0 lets the system choose; the listener knows what it chose.
    host, port = server.LISTENERS[0].getsockname()[:2]
    print(f"网站已启动：http://{host}:{port}　（按 Ctrl+C 停止）", flush=True)
