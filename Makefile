# 提案答复助手。 `make` alone prints what can be done.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data
PORT ?= 8000

# What Python has compiled is kept, whatever the surroundings say: tests start hundreds of processes
# that import the product, and a third to a half of an import is compiling.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
# Side by side; the tests of one module stay in one process. How many processes, and that the modules
# which take long come first, is said in tests/conftest.py.
# A process that crashed is a failure: started anew, the run would wait for its tests for ever.
TOGETHER := -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 0

.PHONY: help run run-postgres test test-all test-postgres test-cluster lint bench fuzz system lock bundle clean

help: ## 列出可用的命令
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/run.stamp ## 安装、载入样例档案（首次）、启动服务：http://127.0.0.1:8000
	@$(BIN)/drafting --data $(DATA) serve --port $(PORT) --with-samples

run-postgres: .venv/run.stamp system ## 同上，数据放在 PostgreSQL（自带一个，随服务启停）：DATA=data-postgres
	@bash scripts/run-postgres.sh $(or $(filter-out data,$(DATA)),data-postgres) $(PORT)

test: .venv/dev.stamp system ## 安装并运行测试（两核约十一分钟；长时间的随机、压力测试除外）
	$(BIN)/python -m pytest $(TOGETHER) -m "not slow and not cluster"

test-all: .venv/dev.stamp system ## 运行全部测试，随机测试多试五倍
	$(BIN)/python -m pytest $(TOGETHER) -m "not cluster" --hypothesis-profile=thorough

# The rooms that keep matters and archive and what is done with both, each data folder in a
# PostgreSQL server that the tests start themselves; the engine itself is tried in tests/storage by
# every run.
ON_POSTGRES := tests/casework tests/corpus tests/desk

test-postgres: .venv/dev.stamp system ## 数据放在 PostgreSQL 里，再运行一遍存取数据的测试
	$(BIN)/python -m pytest $(TOGETHER) --database=postgresql \
		-m "not slow and not browser and not office" $(ON_POSTGRES)

test-cluster: .venv/dev.stamp ## 三台数据库服务器的切换（网络命名空间里，须 root、Patroni 等，十几分钟）
	$(BIN)/python -m pytest -n 0 -m cluster tests/deploy

lint: .venv/dev.stamp ## ruff、mypy --strict 与各层的依赖方向
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

bench: .venv/dev.stamp system ## 与同类做法对比的速度、内存
	$(BIN)/python -m bench

fuzz: .venv/dev.stamp system ## 用损坏的文件测试读取（两万个）
	PYTHONPATH=. $(BIN)/python tests/reading/fuzz_readers.py 20000

system: ## 测试所需的系统软件（Debian/Ubuntu 的 root 下自动安装）
	@bash scripts/system-packages.sh

# Hashes of every file that a release has: what is installed is what was tried, on any machine.
COMPILE := $(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: .venv/dev.stamp ## 重新锁定依赖版本（带校验值）
	$(COMPILE) --only-build-deps --build-deps-for wheel -o requirements-build.lock pyproject.toml
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --extra dev -o requirements-dev.lock pyproject.toml
	PYTHONPATH=. $(BIN)/python -m tools.wheels requirements.lock wheels.lock

bundle: .venv/run.stamp ## 离线安装包（dist/*.tar.gz），带 Python 解释器；ARM 的服务器：ARCH=aarch64
	@ARCH=$(ARCH) INTERPRETER=$(INTERPRETER) bash scripts/make-bundle.sh

clean: ## 删除虚拟环境与缓存（不动数据）
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

# The stamps hold the lock files' dates, so that a changed lock is installed again by itself.
.venv/run.stamp: .venv/bin/python requirements-build.lock requirements.lock pyproject.toml
	$(PIP) --require-hashes -r requirements-build.lock -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m drafting.checking.spelling
	@touch $@

NPM_LOCKS := tests/web/real_provider/package-lock.json tests/writing/sdk_validator/package-lock.json

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock $(NPM_LOCKS)
	$(PIP) --require-hashes -r requirements-dev.lock
	@bash scripts/npm-tools.sh
	@touch $@
