"""Tests of the sandbox: what it accepts, refuses and delivers is held against Telegram's behaviour."""
