"""A Telegram that runs on this machine: people, chats, bots and a Bot-API-compatible HTTP server.

The whole program runs against it with no token and no internet. It imports nothing of the rest of
the project, because it stands for Telegram and not for us: what it accepts, refuses and delivers
follows the Bot API documentation and the behaviour of the real Bot API server, word for word where
the words are known.
"""
