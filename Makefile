# Two commands are all a fresh machine with Python 3.11 and make needs: `make run` and `make test`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
export PORT

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

# A stamp carries the checksum of what it stands for: an install is repeated only when the pinned versions change.
checksum = $(shell cat $(1) | cksum | cut -d' ' -f1)
RUNTIME := $(VENV)/installed-$(call checksum,requirements.txt)
DEV := $(VENV)/installed-dev-$(call checksum,requirements.txt requirements-dev.txt)

# A person's pip settings (user installs, required environments, version notices) must not bend ours.
PIP := PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip -qq

.DEFAULT_GOAL := help
.PHONY: help run test install install-dev lint bench bundle pins clean

help: ## 显示本说明
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: ## 安装、建库、装入演示数据并启动网站（端口用 PORT 指定，默认 8000）
	@$(PYTHON) scripts/check_port.py $(PORT)
	@$(MAKE) --no-print-directory install
	@$(PY) scripts/run.py

test: install-dev ## 运行本机能运行的全部测试，末尾列出未运行的及原因（ARGS 传给 pytest）
	@$(PY) scripts/run_tests.py $(ARGS)

install: $(RUNTIME) ## 在 .venv/ 中安装运行所需的软件包
	@:

install-dev: $(DEV) ## 另装测试和检查所需的软件包
	@:

lint: install-dev ## 检查代码：格式、规范、模板、分层、类型、迁移
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(PY) manage.py makemigrations --check --dry-run

bench: install-dev ## 测量速度，与要求相比
	@$(PY) -m bench.run

bundle: install ## 做离线安装包（Linux、Windows），在没有网络的机器上安装；见 docs/runbook.md
	@$(PY) scripts/bundle.py $(ARGS)

pins: install-dev ## 把当前环境的确切版本写入 requirements*.txt
	@$(PY) scripts/pin.py
	@$(PY) scripts/licences.py

clean: ## 删除 .venv/ 和各种缓存（不动 var/ 中的数据）
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(PY):
	@test -n "$(PYTHON)" || { echo "找不到 Python，请先安装 Python 3.11。" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更新的版本，$(PYTHON) 不合要求。可用 make PYTHON=路径 指定。" >&2; exit 2; }
	@echo "正在建立 $(VENV)/ ……"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "不能建立虚拟环境，请先安装 venv 组件（Debian：apt-get install python3-venv）。" >&2; exit 2; }

$(RUNTIME): | $(PY)
	@echo "正在安装软件包，首次约需一分钟……"
	@$(PIP) install -r requirements.txt
	@rm -f $(VENV)/installed-[0-9]* && touch $@

$(DEV): $(RUNTIME)
	@echo "正在安装测试和检查用的软件包……"
	@$(PIP) install -r requirements-dev.txt
	@rm -f $(VENV)/installed-dev-* && touch $@
