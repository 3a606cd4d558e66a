"""PostgreSQL's errors as those of DB-API 2 that the program knows, with what to say of them."""

from __future__ import annotations

import sqlite3

import psycopg
from psycopg import errors

_REASONS: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.DiskFull, "数据库服务器的磁盘已满"),
    (errors.OutOfMemory, "数据库服务器的内存不足"),
    (errors.TooManyConnections, "数据库的连接已用完，请稍后再试"),
    (errors.ReadOnlySqlTransaction, "数据库现在只读（可能正在切换主备），请稍后再试"),
    (errors.InsufficientPrivilege, "数据库账号没有权限"),
    (errors.InvalidPassword, "数据库账号或密码不对"),
    (errors.InvalidAuthorizationSpecification, "数据库账号或密码不对"),
    (errors.InvalidCatalogName, "没有这个数据库"),
    (errors.CannotConnectNow, "数据库正在启动或停止，请稍后再试"),
    (errors.AdminShutdown, "数据库正在停止，请稍后再试"),
    (errors.LockNotAvailable, "另一个程序长时间占用着它，请稍后再试"),
    (errors.DeadlockDetected, "与别人的操作相互等待，没有写入，请再试一次"),
    (errors.SerializationFailure, "与别人的操作同时发生，没有写入，请再试一次"),
    (errors.QueryCanceled, "用时过长，已中止"),
    (errors.UndefinedTable, "数据表不全，请运行 drafting doctor 检查"),
)
_BUSY = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.TooManyConnections,
)
_BUSY_AT_DOOR = ("too many", "remaining connection slots", "starting up")
"""What others do keeps it from being done just now."""
GONE = "连不上数据库，请稍后再试；一直如此的，请管理员检查数据库服务器"


class PostgresError(sqlite3.OperationalError):
    """The database could not do it; ``reason`` says why, in Chinese."""

    def __init__(self, error: psycopg.Error, *, full: bool = False) -> None:
        """Take over what ``error`` says."""
        super().__init__(str(error).strip())
        self.reason = reason_of(error)
        self.is_full = full
        self.is_busy = isinstance(error, _BUSY) or any(one in str(error) for one in _BUSY_AT_DOOR)
        self.code = error.sqlstate or ""


class ConnectionLost(PostgresError):
    """The connection is gone; whether a COMMIT under way was carried out is not known."""


class PostgresIntegrityError(sqlite3.IntegrityError):
    """A rule of the tables was broken."""


_TOLD = (
    # At the door the server says why in words alone.
    ("password authentication failed", "数据库账号或密码不对"),
    ("no password supplied", "数据库要密码：请写进文件，配置 database.password_file"),
    ("no pg_hba.conf entry", "数据库服务器不许本机用这个账号连接（pg_hba.conf）"),
    ("does not exist", "没有这个数据库或者账号"),
    ("too many", "数据库的连接已用完，请稍后再试"),
    ("remaining connection slots", "数据库的连接已用完，请稍后再试"),
    ("starting up", "数据库正在启动或停止，请稍后再试"),
    ("shutting down", "数据库正在启动或停止，请稍后再试"),
    ("could not translate host name", "找不到数据库服务器的主机名"),
)


def is_lost(error: psycopg.Error) -> bool:
    """Whether the server has ended the session, or is not there."""
    state = error.sqlstate or ""
    return (
        state[:2] == "08"
        or state[:4] == "57P0"
        or (isinstance(error, psycopg.OperationalError) and not state)
    )


def reason_of(error: psycopg.Error) -> str:
    """Say in Chinese why it was not done."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    for words, reason in _TOLD:
        if isinstance(error, psycopg.OperationalError) and words in str(error):
            return reason
    return GONE if isinstance(error, psycopg.OperationalError) else "数据库没有照办"


def known(error: psycopg.Error) -> sqlite3.DatabaseError:
    """Return ``error`` as the program knows it."""
    if isinstance(error, (psycopg.IntegrityError, errors.RaiseException)):
        return PostgresIntegrityError(str(error).strip())
    if is_lost(error):
        return ConnectionLost(error)
    return PostgresError(error, full=isinstance(error, errors.DiskFull))
