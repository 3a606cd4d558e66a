"""Click in Chinese: its own messages and help headings are English and come without a catalogue."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

import click

from drafting.errors import UserError
from storage import reason

MISTAKE = 2
_INTERRUPTED = 130


class _ChineseHelp(click.Command):
    """A command whose help is Chinese throughout."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法："
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [item for item in self.get_params(ctx) if isinstance(item, click.Option)]
        records = [record for item in options if (record := item.get_help_record(ctx))]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(
                    [(name, text.replace("[required]", "（必填）")) for name, text in records]
                )
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本帮助。"
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
        return [words.get(piece, piece) for piece in pieces]


class ChineseCommand(_ChineseHelp):
    """A single command."""


class ChineseGroup(_ChineseHelp, click.Group):
    """A command with commands below it."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every command with its help; click would cut it short."""
        rows = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command; raise :class:`UserError` for one that does not exist."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise UserError(f"没有“{args[0]}”这个命令；用 --help 查看全部命令。")
        return super().resolve_command(ctx, args)


def run(command: click.Command) -> int:
    """Run ``command`` on the process's arguments; return the exit status, explain mistakes."""
    try:
        status = command.main(standalone_mode=False, prog_name="drafting")
    except UserError as error:
        # A file is named before what is wrong with it; a form's field has no name to show here.
        where = f"{error.field}：" if error.field and not error.field.isidentifier() else ""
        click.echo(f"{where}{error.message}", err=True)
        return MISTAKE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISTAKE
    except click.UsageError as error:
        click.echo(_explain(error), err=True)
        return MISTAKE
    except (KeyboardInterrupt, click.Abort):
        click.echo("已中止。", err=True)
        return _INTERRUPTED
    except sqlite3.DatabaseError as error:
        click.echo(f"数据库用不了：{reason(error)}。这次没有做完。", err=True)
        return MISTAKE
    except BrokenPipeError:
        # The reading program (head, less) has ended; no message can be shown.
        sys.stderr.close()
        return 0
    return status if isinstance(status, int) else 0


def _explain(error: click.UsageError) -> str:
    """Return click's complaint in Chinese."""
    if isinstance(error, click.NoSuchOption):
        return f"没有“{error.option_name}”这个选项；用 --help 查看用法。"
    if isinstance(error, click.BadOptionUsage):
        return f"选项“{error.option_name}”缺少值。"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_name(error.param)}。"
    if isinstance(error, click.BadParameter):
        choices = getattr(getattr(error.param, "type", None), "choices", None)
        allowed = f"，应为 {'、'.join(map(str, choices))} 之一" if choices else ""
        return f"{_name(error.param)}的值不对{allowed}。"
    return "命令的参数不对；用 --help 查看用法。"


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return f"选项“{max(parameter.opts, key=len)}”"
    return f"参数“{parameter.make_metavar(click.Context(click.Command('')))}”"
