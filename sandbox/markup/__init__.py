"""Formatted text as Telegram understands it: parse modes in, text and UTF-16 entities out."""
