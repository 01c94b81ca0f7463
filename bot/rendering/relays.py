"""Carries photos and files from where they were posted to where they are needed, unnamed and whole.

Albums stay albums. The messages are copied, which needs no download; where a chat forbids copying, the same
files are sent by their handles.
"""

from __future__ import annotations

from itertools import groupby

from bot.outgoing import CopyParts, Outgoing, Rendered
from bot.rendering.scene import Scene
from tickets.identity import DraftId, InquiryId, MessageId
from tickets.lifecycle import RETIRED
from tickets.model import InquiryPart, LinkRole, Ticket


def render_relay(scene: Scene) -> Rendered:
    """The attachments of an inquiry or a draft, below the message that they belong to."""
    data, notice = scene.notice.data, scene.notice
    if _never_begun(scene):
        return Rendered()
    parts = _parts(scene)
    first, only = data.get("first"), data.get("only")
    if isinstance(first, int):
        parts = parts[:first]
    if isinstance(only, int):
        # After a chat changed its id its messages have none: rather a photo twice than not at all.
        named = tuple(part for part in parts if part.key.message_id == only)
        parts = named or tuple(part for part in parts if not part.key.message_id)
    album_id = data.get("album")
    if album_id:
        parts = tuple(part for part in parts if part.album_id == album_id)
    below = _below(scene)
    thread = scene.uow.threads.get(notice.ticket_id) if notice.ticket_id is not None else None
    thread_id = thread.topic_id if thread and thread.chat_id == notice.chat_id else None
    steps: list[Outgoing] = []
    for _, group in groupby(enumerate(parts), key=lambda item: item[1].album_id or f"single {item[0]}"):
        album = tuple(part for _, part in group)
        steps.append(
            CopyParts(
                chat_id=notice.chat_id,
                from_chat_id=album[0].key.chat_id,
                message_ids=tuple(part.key.message_id for part in album),
                attachments=tuple(part.attachment for part in album if part.attachment is not None),
                reply_to=below,
                thread_id=thread_id,
                fallback_html=scene.text("card.attachments", list=scene.attachments(album)),
            )
        )
    return Rendered(steps=tuple(steps), role=LinkRole.RELAY, ref=notice.ref)


def shows_thread_card(scene: Scene, ticket: Ticket) -> bool:
    """Whether the ticket's card stands in its thread."""
    return bool(scene.uow.links.latest(LinkRole.THREAD_CARD, ticket.id))


def _never_begun(scene: Scene) -> bool:
    """Whether these belong below a card that will never be shown, because the ticket is over before."""
    ticket_id = scene.notice.ticket_id
    ticket = scene.uow.tickets.get(ticket_id) if ticket_id is not None else None
    if ticket is None or scene.notice.data.get("below") != LinkRole.THREAD_CARD.value:
        return False
    return ticket.status in RETIRED and not shows_thread_card(scene, ticket)


def _parts(scene: Scene) -> tuple[InquiryPart, ...]:
    owner_id = scene.notice.data.get("owner_id")
    if not isinstance(owner_id, int):
        return ()
    if scene.notice.data.get("owner") == "draft":
        draft = scene.uow.drafts.get(DraftId(owner_id))
        return draft.attachments if draft else ()
    inquiry = scene.uow.inquiries.get(InquiryId(owner_id))
    return inquiry.attachments if inquiry else ()


def _below(scene: Scene) -> MessageId | None:
    data = scene.notice.data
    ref = data.get("below_ref")
    if not isinstance(ref, int):
        return None
    links = scene.uow.links.latest(LinkRole(str(data.get("below"))), ref)
    return next((link.key.message_id for link in links if link.key.chat_id == scene.notice.chat_id), None)
