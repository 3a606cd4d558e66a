"""Shared by all tests: the project's root on the path, so that helpers import by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compiled_once
import laws

compiled_once.install()
laws.register()
