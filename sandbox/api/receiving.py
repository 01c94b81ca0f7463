"""getUpdates and the webhook settings: one receiver per bot, the newest poller wins.

Sources: Bot API documentation of getUpdates/setWebhook; Bot API server for the error texts and for
what it does to callers that ask for the same offset too quickly (`limits.guards_hammering`).
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.api.request import Request
from sandbox.model import Json, Webhook
from sandbox.refusal import bad_request, conflict
from sandbox.state import State
from sandbox.updates import MAX_BATCH, Pending, UpdateQueue

UPDATE_KINDS: Final = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "message_reaction",
        "message_reaction_count",
        "chat_boost",
        "removed_chat_boost",
        "purchased_paid_media",
        "managed_bot",
    ]
)
_WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_updates(request: Request) -> list[Pending]:
    """getUpdates; the updates carry their ready JSON. Raises 409 while a webhook is set, and in the older
    of two callers."""
    queue = request.world.queues[request.bot.id]
    if request.bot.webhook is not None:
        raise conflict(_WEBHOOK_ACTIVE)
    _remember_allowed(request, queue)
    offset = request.integer("offset")
    limit = request.integer("limit", MAX_BATCH)
    limit = limit if 1 <= limit <= MAX_BATCH else MAX_BATCH
    timeout = float(min(max(0, request.integer("timeout")), request.world.limits.long_poll_seconds))
    if request.world.limits.guards_hammering:
        limit, timeout = queue.slow_down(offset, limit, timeout, request.world.clock())
    queue.confirm(offset)
    return await _poll(request.world, queue, limit, timeout)


async def _poll(state: State, queue: UpdateQueue, limit: int, seconds: float) -> list[Pending]:
    """Wait for updates as the bot's only poller; the real clock counts, whatever the world's says."""
    me = object()
    queue.take_over(poller=me)
    try:
        batch = queue.batch(limit, state.clock())
        if not batch and seconds > 0:
            await queue.wait_unless(seconds, lambda: not queue.is_empty or queue.poller is not me)
            batch = queue.batch(limit, state.clock()) if queue.poller is me else []
        if queue.poller is not me:
            raise conflict(queue.takeover)
        return batch
    finally:
        if queue.poller is me:
            queue.poller = None


def _remember_allowed(request: Request, queue: UpdateQueue) -> None:
    """An explicit list is remembered for later calls, an empty one means the default."""
    if not request.has("allowed_updates"):
        return
    allowed: Any = request.json("allowed_updates", "allowed updates")
    if not isinstance(allowed, list):
        raise bad_request("expected an Array of String as allowed_updates")
    named = frozenset(str(kind) for kind in allowed) & UPDATE_KINDS
    queue.allowed = named or None


def set_webhook(request: Request) -> bool:
    """setWebhook; an empty url removes it."""
    url = request.text("url")
    if not url:
        return delete_webhook(request)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = request.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request(
            "secret token is too long" if len(secret) > 256 else "secret token contains unallowed characters"
        )
    connections = request.integer("max_connections", 40)
    queue = request.world.queues[request.bot.id]
    _remember_allowed(request, queue)
    if request.flag("drop_pending_updates"):
        queue.drop()
    request.bot.webhook = Webhook(url=url, secret=secret, max_connections=min(max(connections, 1), 100))
    queue.take_over("terminated by setWebhook request")
    request.world.on_webhook(request.bot)
    return True


def delete_webhook(request: Request) -> bool:
    """deleteWebhook."""
    queue = request.world.queues[request.bot.id]
    if request.flag("drop_pending_updates"):
        queue.drop()
    request.bot.webhook = None
    queue.wake()
    request.world.on_webhook(request.bot)
    return True


def get_webhook_info(request: Request) -> Json:
    """getWebhookInfo."""
    queue, webhook = request.world.queues[request.bot.id], request.bot.webhook
    result: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if webhook is not None:
        result["max_connections"] = webhook.max_connections
        result["ip_address"] = "127.0.0.1"
        if webhook.last_error:
            result |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if queue.allowed is not None:
        result["allowed_updates"] = sorted(queue.allowed)
    return result
