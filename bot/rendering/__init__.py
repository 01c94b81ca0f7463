"""Rendering: from a notice and the rows to the words and calls that go out."""
