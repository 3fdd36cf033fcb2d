"""Locate the checkout for the tests of replay."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
