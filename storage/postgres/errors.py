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
_REFUSED = (
    ("password authentication failed", "数据库账号或密码不对"),
    ("no password supplied", "数据库要密码：请写进文件，配置 database.password_file"),
    ("no pg_hba.conf entry", "数据库服务器不让这台机器或这个账号连（pg_hba.conf）"),
    ("does not exist", "没有这个数据库或账号"),
    ("could not translate host name", "找不到数据库服务器的名字，请检查地址"),
    ("too many clients", "数据库的连接已用完，请稍后再试"),
)
GONE = "连不上数据库，请稍后再试；一直如此的，请管理员检查数据库服务器"


class PostgresError(sqlite3.OperationalError):
    """The database could not do it; ``reason`` says why, in Chinese."""

    def __init__(self, error: psycopg.Error, *, full: bool = False) -> None:
        """Take over what ``error`` says."""
        super().__init__(str(error).strip())
        self.reason = reason_of(error)
        self.is_full = full
        self.code = error.sqlstate or ""


class ConnectionLost(PostgresError):
    """The connection is gone; whether a COMMIT under way was carried out is not known."""


class PostgresIntegrityError(sqlite3.IntegrityError):
    """A rule of the tables was broken."""


def reason_of(error: psycopg.Error) -> str:
    """Say in Chinese why it was not done."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if not isinstance(error, psycopg.OperationalError):
        return "数据库没有照办"
    # A server that lets nobody in gives no code to psycopg, only words, in its own language.
    words = str(error)
    return next((reason for sign, reason in _REFUSED if sign in words), GONE)


def known(error: psycopg.Error, *, lost: bool = False) -> sqlite3.DatabaseError:
    """Return ``error`` as the program knows it; ``lost``: the connection is gone."""
    if isinstance(error, (psycopg.IntegrityError, errors.RaiseException)):
        return PostgresIntegrityError(str(error).strip())
    if lost:
        return ConnectionLost(error)
    return PostgresError(error, full=isinstance(error, errors.DiskFull))
