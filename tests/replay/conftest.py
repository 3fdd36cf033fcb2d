"""Browser fixtures of the page tests, and a server for pages that load scripts."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
