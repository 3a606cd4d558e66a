"""Whether an operation answers as its description says, for whatever schemathesis makes of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

schemathesis: Any = pytest.importorskip("schemathesis", reason="未安装 schemathesis，跳过")
pytest.importorskip("jsonschema_rs")
schemathesis.checks.load_all_checks()
positive_data_acceptance = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")


def check(operation: Any, mode: str, token: str, left_out: Sequence[Any] = ()) -> None:
    """Call ``operation`` with what its schema allows (``mode`` positive) or does not (negative),
    as who bears ``token``; hold every answer against all checks but those ``left_out``."""
    strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def answered(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=list(left_out)
        )

    answered()
