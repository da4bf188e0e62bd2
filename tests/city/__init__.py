"""Tests of the room city."""
