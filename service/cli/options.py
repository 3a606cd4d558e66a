"""What the commands share: exit statuses, the options of the data folder, printing of messages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storage import database
from storage.log.audit import Actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.log.audit import Actor

DONE, FINDINGS = 0, 1


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--data`` may stand before or behind the command's name."""
    return click.option(
        "--data",
        "data_here",
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=_keep_data,
        help="数据目录（也可用环境变量 DRAFTING_DATA 指定，默认 ./data）。",
    )(command)


def _keep_data(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = value


def _keep_config(
    context: click.Context, _option: click.Parameter, value: Path | None
) -> Path | None:
    if value is not None:
        database.configured_by(context.obj, value)
    return value


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--config`` names the server's configuration file."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="DRAFTING_CONFIG",
        callback=_keep_config,
        help="配置文件（也可用环境变量 DRAFTING_CONFIG 指定，默认数据目录下的 config.toml）。",
    )(command)


def operator() -> str:
    """Return under whose name the log keeps what is done on the command line."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or "管理员"


def actor() -> Actor:
    """Return who does what is done on the command line, as the log keeps it."""
    return Actor(operator(), "命令行")


def say(message: str) -> None:
    """Say something to the person: on stderr, so that stdout stays for the result."""
    click.echo(message, err=True)
