"""Telegram in: every update becomes one plain value and one call of a use case."""
