"""Browser fixtures of the page tests, and a server for pages that load scripts."""

import functools
import http.server
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
