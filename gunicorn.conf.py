"""How the site is served; gunicorn reads this file by itself from the working directory.

Threads rather than processes: pages are short, and one process keeps the memory of a small office's server low.
"""

import os
import warnings

# Static files are served from where they are; a folder of collected ones is for large installations.
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)

bind = f"{os.environ.get('BIND_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 8
# Scanned originals over a slow line take a while to arrive.
timeout = 120
loglevel = "warning"


def when_ready(server):
    print(f"网站已启动：http://{bind}　（按 Ctrl+C 停止）", flush=True)
