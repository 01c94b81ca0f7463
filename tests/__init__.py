"""Tests, in a package of their own so that no folder here is mistaken for the one it tests."""
