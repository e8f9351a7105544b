#!/bin/sh
# Finds Python 3.11 and hands over to install.py; the arguments are its own (./install.sh --help).
cd "$(dirname "$0")" || exit 2
for python in python3.11 /usr/local/bin/python3.11 python3; do
	if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
		exec "$python" install.py "$@"
	fi
done
echo "没有找到 Python 3.11。请先从系统的安装源或安装盘装上 python3.11（连同 venv 组件），再运行一次。" >&2
exit 2
