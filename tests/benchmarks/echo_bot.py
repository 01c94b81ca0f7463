"""The baseline: the echo bot that python-telegram-bot's own introduction shows, and nothing added.

`ApplicationBuilder` with its defaults (httpx, one update after the other), `run_polling` with its defaults,
one handler. `--concurrent N` sets `concurrent_updates(N)`, which is faster where the server is slow and
answers out of order within a chat; it is shown for information.
"""

from __future__ import annotations

import argparse
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, CallbackContext, MessageHandler, filters


async def echo(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Reply with the same text."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text, do_quote=True)


def main() -> None:
    """Echo until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api-base", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--concurrent", type=int, default=0)
    arguments = parser.parse_args()
    builder = ApplicationBuilder().token(arguments.token).base_url(f"{arguments.api_base}/bot")
    if arguments.concurrent:
        builder = builder.concurrent_updates(arguments.concurrent)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
