import pytest
from assembly_cases import CASES, EXPECTED, make, printed


@pytest.mark.parametrize("case", CASES)
def test_the_whole_document_is_as_expected(case: str) -> None:
    assert printed(make(case)) == (EXPECTED / f"{case}.txt").read_text("utf-8")


def test_every_expected_file_belongs_to_a_case() -> None:
    assert {path.stem for path in EXPECTED.glob("*.txt")} == set(CASES)
