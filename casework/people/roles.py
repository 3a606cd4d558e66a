"""The roles of an office."""

from __future__ import annotations

from typing import Literal, get_args

UserRole = Literal["经办", "核稿", "签发", "督办", "系统管理", "审计"]
ROLES: tuple[UserRole, ...] = get_args(UserRole)
