"""Puts a notice into words and calls, from the rows as they are at that moment.

Because rendering happens on the way out, a card that was owed three times shows once, with the latest state,
and a message that exists already is edited instead of sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from html import unescape

from bot.outgoing import AskForReply, EditText, Key, Outgoing, React, Rendered, SendText, Topic, TopicStep
from bot.queues import OutboxRow
from bot.rendering.cards import show_desk_card, show_notice, show_peers_check, show_thread_card
from bot.rendering.drafts import show_answer, show_menu, show_preview, show_prompt
from bot.rendering.markup import cut
from bot.rendering.questions import show_inquiry
from bot.rendering.relays import render_relay, shows_thread_card
from bot.rendering.scene import Scene, Scenery
from bot.rendering.words import render_text
from tickets.identity import AnswerId, ChatId, DraftId, InquiryId, MessageId, MessageKey, TicketId
from tickets.lifecycle import RETIRED
from tickets.model import Inquiry, LinkRole, Ticket
from tickets.notices import UPSERTS, NoticeKind
from tickets.unit_of_work import UnitOfWork

Keys = tuple[tuple[Key, ...], ...]
_TOPIC_NAME = 120  # UTF-16 units; the messenger allows 128 characters


class Renderer:
    """Renders every kind of notice."""

    def __init__(self, scenery: Scenery) -> None:
        self._scenery = scenery
        self._kinds: dict[NoticeKind, Callable[[Scene], Rendered]] = {
            NoticeKind.REACTION: _reaction,
            NoticeKind.REPLY: _reply,
            NoticeKind.PEERS_CHECK: _peers_check,
            NoticeKind.TICKET_NOTICE: _ticket_notice,
            NoticeKind.DESK_CARD: _desk_card,
            NoticeKind.THREAD_CARD: _thread_card,
            NoticeKind.CLOSE_THREAD: _close_thread,
            NoticeKind.MENU: _menu,
            NoticeKind.PROMPT: _prompt,
            NoticeKind.PREVIEW: _preview,
            NoticeKind.ANSWER: _answer,
            NoticeKind.RELAY: render_relay,
            NoticeKind.TEXT: render_text,
            NoticeKind.ALERT: render_text,
        }

    def render(self, uow: UnitOfWork, row: OutboxRow) -> Rendered:
        """The calls that tell this notice now; none where there is nothing left to tell."""
        bound = uow.chats.get(row.notice.chat_id)
        language = bound.language if bound else self._scenery.language
        text = self._scenery.texts[language]
        scene = Scene(uow=uow, notice=row.notice, scenery=self._scenery, text=text)
        return self._kinds[row.notice.kind](scene)


def show(
    scene: Scene,
    pieces: Sequence[str],
    keys: Keys,
    *,
    reply_to: MessageId | None = None,
    thread_id: int | None = None,
    orphan: str | None = None,
    before: tuple[Outgoing, ...] = (),
) -> Rendered:
    """Send what was never sent, edit what was; the buttons hang on the last piece.

    `orphan` stands before the first piece where the message to reply to is gone.
    """
    notice, role = scene.notice, UPSERTS[scene.notice.kind]
    shown = [link for link in scene.uow.links.latest(role, notice.ref) if link.key.chat_id == notice.chat_id]
    steps: list[Outgoing] = list(before)
    for place, html in enumerate(pieces):
        own = keys if place == len(pieces) - 1 else ()
        if place < len(shown):
            message_id = shown[place].key.message_id
            steps.append(EditText(chat_id=notice.chat_id, message_id=message_id, html=html, keys=own))
            continue
        steps.append(
            SendText(
                chat_id=notice.chat_id,
                html=html,
                keys=own,
                reply_to=reply_to or None,
                thread_id=thread_id,
                orphan_html=f"{orphan}\n{html}" if orphan and not place else None,
            )
        )
    for link in shown[len(pieces) :]:
        steps.append(EditText(chat_id=notice.chat_id, message_id=link.key.message_id, html="…"))
    return Rendered(steps=tuple(steps), role=role, ref=notice.ref, digest=_digest(pieces, keys))


def _digest(pieces: Sequence[str], keys: Keys) -> str:
    return blake2b(repr((tuple(pieces), keys)).encode(), digest_size=12).hexdigest()


def _to_asker(scene: Scene, pieces: Sequence[str], keys: Keys, inquiry: Inquiry | None) -> Rendered:
    """Below the question; where that is gone, with the asker's name and the question instead."""
    if inquiry is None or not pieces:
        return Rendered()
    reply_to = inquiry.origin.message_id
    address = scene.address(inquiry, moved=not reply_to)
    if not reply_to:  # the group changed its id: old messages can no longer be replied to
        return show(scene, (f"{address}\n{pieces[0]}", *pieces[1:]), keys, thread_id=inquiry.thread_id)
    return show(scene, pieces, keys, reply_to=reply_to, thread_id=inquiry.thread_id, orphan=address)


def _reaction(scene: Scene) -> Rendered:
    message_id = scene.notice.data.get("message_id")
    if not isinstance(message_id, int) or not message_id:
        return Rendered()
    emoji = str(scene.notice.data.get("emoji"))
    step = React(chat_id=scene.notice.chat_id, message_id=MessageId(message_id), emoji=emoji)
    return Rendered(steps=(step,))


def _reply(scene: Scene) -> Rendered:
    inquiry = scene.uow.inquiries.get(InquiryId(scene.notice.ref))
    if inquiry is None:
        return Rendered()
    pieces, keys = show_inquiry(scene, inquiry)
    return _to_asker(scene, pieces, keys, inquiry)


def _ticket(scene: Scene) -> Ticket | None:
    ticket_id = scene.notice.ticket_id
    return scene.uow.tickets.get(ticket_id) if ticket_id is not None else None


def _peers_check(scene: Scene) -> Rendered:
    return _tell_asker(scene, show_peers_check)


def _ticket_notice(scene: Scene) -> Rendered:
    return _tell_asker(scene, show_notice)


def _tell_asker(scene: Scene, show_ticket: Callable[[Scene, Ticket], tuple[str, Keys]]) -> Rendered:
    """What `show_ticket` makes of the ticket, below the question."""
    ticket = _ticket(scene)
    if ticket is None:
        return Rendered()
    html, keys = show_ticket(scene, ticket)
    return _to_asker(scene, (html,), keys, scene.uow.inquiries.get(ticket.inquiry_id))


def _desk_card(scene: Scene) -> Rendered:
    ticket = _ticket(scene)
    if ticket is None:
        return Rendered()
    html, keys = show_desk_card(scene, ticket)
    return show(scene, (html,), keys)


def _thread_card(scene: Scene) -> Rendered:
    ticket = _ticket(scene)
    thread = scene.uow.threads.get(ticket.id) if ticket is not None else None
    if ticket is None or thread is None:
        return Rendered()
    if ticket.status in RETIRED and not shows_thread_card(scene, ticket):
        return Rendered()  # over before the department heard of it, or its topic was tidied away
    room = scene.uow.chats.get(thread.chat_id)
    if room is not None and room.is_forum and thread.topic_id is None:
        name = scene.text("thread.topic", number=ticket.number or "", subject=ticket.subject)
        topic = Topic(chat_id=thread.chat_id, step=TopicStep.CREATE, name=cut(unescape(name), _TOPIC_NAME))
        return Rendered(steps=(topic,))
    html, keys = show_thread_card(scene, ticket)
    before: tuple[Outgoing, ...] = ()
    if thread.closed and thread.topic_id is not None and ticket.status not in RETIRED:
        before = (Topic(chat_id=thread.chat_id, step=TopicStep.REOPEN, thread_id=thread.topic_id),)
    return show(scene, (html,), keys, thread_id=thread.topic_id, before=before)


def _close_thread(scene: Scene) -> Rendered:
    ticket = _ticket(scene)
    thread = scene.uow.threads.get(ticket.id) if ticket is not None else None
    if ticket is None or thread is None or thread.topic_id is None or thread.closed:
        return Rendered()
    if ticket.status not in RETIRED:
        return Rendered()  # reopened in the meantime
    step = Topic(chat_id=thread.chat_id, step=TopicStep.CLOSE, thread_id=thread.topic_id)
    return Rendered(steps=(step,))


def _menu(scene: Scene) -> Rendered:
    ticket = _ticket(scene)
    if ticket is None:
        return Rendered()
    html, keys = show_menu(scene, ticket)
    chat_id, edit = scene.notice.chat_id, scene.notice.data.get("edit")
    if isinstance(edit, int) and _still_there(scene, ticket, edit):
        step: Outgoing = EditText(chat_id=chat_id, message_id=MessageId(edit), html=html, keys=keys)
    else:
        card = _message_of(scene, LinkRole.DESK_CARD, ticket.id, chat_id)
        step = SendText(chat_id=chat_id, html=html, keys=keys, reply_to=card)
    return Rendered(steps=(step,), role=LinkRole.MENU, ref=ticket.id)


def _still_there(scene: Scene, ticket: Ticket, menu: int) -> bool:
    """Whether a menu can be edited: its sending is on record, and no edit found it deleted since."""
    key = MessageKey(chat_id=scene.notice.chat_id, message_id=MessageId(menu))
    return bool(scene.uow.links.find(key) and scene.uow.links.latest(LinkRole.MENU, ticket.id))


def _prompt(scene: Scene) -> Rendered:
    draft = scene.uow.drafts.get(DraftId(scene.notice.ref))
    if draft is None:
        return Rendered()
    html, ask = show_prompt(scene, draft)
    step = _asking(scene, html, ask, draft.asked_by, draft.thread_id)
    return Rendered(steps=(step,), role=LinkRole.PROMPT, ref=draft.id, urgent=True)


def _asking(
    scene: Scene, html: str, ask: AskForReply, below: MessageKey | None, thread_id: int | None
) -> SendText:
    reply_to = below.message_id if below and below.chat_id == scene.notice.chat_id else None
    return SendText(
        chat_id=scene.notice.chat_id, html=html, reply_to=reply_to or None, thread_id=thread_id, ask=ask
    )


def _preview(scene: Scene) -> Rendered:
    draft = scene.uow.drafts.get(DraftId(scene.notice.ref))
    if draft is None:
        return Rendered()
    pieces, keys = show_preview(scene, draft)
    if not pieces:
        return Rendered()
    source = draft.parts[-1].key if draft.parts else None
    reply_to = source.message_id if source and source.chat_id == scene.notice.chat_id else None
    return show(scene, pieces, keys, reply_to=reply_to, thread_id=draft.thread_id)


def _answer(scene: Scene) -> Rendered:
    answer = scene.uow.answers.get(AnswerId(scene.notice.ref))
    ticket = scene.uow.tickets.get(TicketId(answer.ticket_id)) if answer is not None else None
    if answer is None or ticket is None:
        return Rendered()
    pieces, keys = show_answer(scene, answer, ticket)
    return _to_asker(scene, pieces, keys, scene.uow.inquiries.get(ticket.inquiry_id))


def _message_of(scene: Scene, role: LinkRole, ref: int, chat_id: ChatId) -> MessageId | None:
    links = scene.uow.links.latest(role, ref)
    return next((link.key.message_id for link in links if link.key.chat_id == chat_id), None)
