"""Prompts, previews, menus and published answers: what stands between a text and its reader."""

from __future__ import annotations

from bot.outgoing import AskForReply, Key
from bot.rendering.markup import LONGEST, safe, split, units
from bot.rendering.scene import Scene, label
from tickets.buttons import Button, Verb
from tickets.identity import DraftId
from tickets.model import Draft, DraftKind, DraftState, PublishedAnswer, Ticket
from tickets.routing import suggest_departments

Keys = tuple[tuple[Key, ...], ...]
CHANNELS = ("arbitration", "court", "petition", "review", "police", "hall", "other")
_PAGE = 8  # departments on one page of the menu, two in a row
_HINTS = {
    DraftKind.DESK_ANSWER: "hint_answer",
    DraftKind.DEPARTMENT_ANSWER: "hint_answer",
    DraftKind.GUIDANCE: "hint_reason",
    DraftKind.REOPEN_REASON: "hint_missing",
    DraftKind.COMMUNITY_NAME: "hint_name",
}
_FURNITURE = 700  # UTF-16 units kept free for heading and question around an answer's first piece


def show_prompt(scene: Scene, draft: Draft) -> tuple[str, AskForReply]:
    """Ask the draft's author for the text; the mention opens the reply field for them alone."""
    ticket = scene.uow.tickets.get(draft.ticket_id) if draft.ticket_id else None
    channel = scene.text(f"channel.{draft.channel}") if draft.channel else ""
    html = scene.text(
        f"prompt.{draft.kind.value}",
        name="\0",
        asker=ticket.asker.name if ticket else "",
        number=(ticket.number or "") if ticket else "",
        channel=channel,
        community=draft.community or "",
    )
    hint = scene.text(f"prompt.{_HINTS[draft.kind]}")
    return html.replace("\0", scene.mention(draft.author)), AskForReply(hint=hint)


def show_preview(scene: Scene, draft: Draft) -> tuple[tuple[str, ...], Keys]:
    """The text as it will be sent and to whom, in as many messages as it will take."""
    ticket = scene.uow.tickets.get(draft.ticket_id) if draft.ticket_id else None
    if ticket is None:
        return (), ()
    if draft.state is DraftState.DROPPED:
        return (scene.text("preview.dropped"),), ()
    head = _preview_head(scene, draft, ticket)
    attachments = scene.attachments(draft.attachments)
    tail = "\n" + scene.text("preview.attachments", list=attachments) if attachments else ""
    pieces = _frame(f"{head}\n\n", _words_of(scene, draft, ticket), tail)
    if draft.state is not DraftState.COMPOSED:
        return pieces, ()
    publish = "publish_department" if draft.kind is DraftKind.DEPARTMENT_ANSWER else "publish_desk"
    keys = (
        scene.key(publish, Verb.PUBLISH, draft.id, draft.fingerprint),
        scene.key("drop", Verb.DROP, draft.id),
    )
    return pieces, (keys,)


def show_answer(scene: Scene, answer: PublishedAnswer, ticket: Ticket) -> tuple[tuple[str, ...], Keys]:
    """A published answer: who answers, the text, and what the asker may say to it now."""
    head = _answer_head(scene, answer.department, ticket)
    if answer.edited_at is not None:
        head += scene.text("answer.edited", at=scene.clock(answer.edited_at))
    latest = scene.uow.answers.latest_of(ticket.id)
    is_latest = latest is None or latest.id == answer.id
    tail, keys = _verdict(scene, answer) if is_latest else (scene.text("answer.newer"), ())
    text = safe_answer(scene, answer.text)
    return _frame(f"{head}\n", text, f"\n\n{tail}"), keys


def show_menu(scene: Scene, ticket: Ticket) -> tuple[str, Keys]:
    """The departments, or the channels, to choose from; or what was chosen."""
    menu = str(scene.notice.data.get("menu"))
    chosen = str(scene.notice.data.get("chosen") or "")
    if menu == "departments":
        page = scene.notice.data.get("page")
        return _departments_menu(scene, ticket, page if isinstance(page, int) else 0)
    if menu == "channels":
        rows = [
            tuple(_channel_key(scene, ticket, channel) for channel in CHANNELS[place : place + 2])
            for place in range(0, len(CHANNELS), 2)
        ]
        rows.append((scene.key("back", Verb.CANCEL_MENU, ticket.id),))
        return scene.text("menu.channels", number=ticket.number or ""), tuple(rows)
    name = scene.text(f"channel.{chosen}") if menu == "guided" else scene.department(chosen)
    return scene.text(f"menu.{menu}", number=ticket.number or "", chosen=name), ()


def safe_answer(scene: Scene, text: str) -> str:
    """An answer's words; one that has none points to its attachment."""
    return text or scene.text("answer.see_attachment")


def _departments_menu(scene: Scene, ticket: Ticket, page: int) -> tuple[str, Keys]:
    inquiry = scene.uow.inquiries.get(ticket.inquiry_id)
    departments = tuple(scene.scenery.departments.values())
    entry = scene.entry(inquiry.entry_id) if inquiry else None
    text = inquiry.text if inquiry else ""
    order = suggest_departments(text, departments, entry_department=entry.department if entry else None)
    last = (len(order) - 1) // _PAGE
    page = min(max(page, 0), last)
    shown = order[page * _PAGE : (page + 1) * _PAGE]
    keys = [
        Key(
            label=label(scene.department(each)),
            data=Button(verb=Verb.DISPATCH_TO, ref=ticket.id, argument=each).encode(),
        )
        for each in shown
    ]
    rows = [tuple(keys[place : place + 2]) for place in range(0, len(keys), 2)]
    turning = []
    if page > 0:
        turning.append(scene.key("previous", Verb.DISPATCH, ticket.id, str(page - 1)))
    if page < last:
        turning.append(scene.key("next", Verb.DISPATCH, ticket.id, str(page + 1)))
    rows += [tuple(turning)] if turning else []
    rows.append((scene.key("back", Verb.CANCEL_MENU, ticket.id),))
    return scene.text("menu.departments", number=ticket.number or ""), tuple(rows)


def _channel_key(scene: Scene, ticket: Ticket, channel: str) -> Key:
    data = Button(verb=Verb.GUIDE_TO, ref=ticket.id, argument=channel).encode()
    return Key(label=scene.text(f"channel.{channel}"), data=data)


def _preview_head(scene: Scene, draft: Draft, ticket: Ticket) -> str:
    if draft.state is DraftState.PUBLISHED:
        return scene.text("preview.published", asker=ticket.asker.name)
    head = scene.text("preview.to", asker=ticket.asker.name, chat=scene.chat_title(ticket.origin.chat_id))
    if draft.kind is DraftKind.GUIDANCE:
        return f"{head}\n{scene.text('preview.taken', channel=scene.text(f'channel.{draft.channel}'))}"
    department = ticket.department if draft.kind is DraftKind.DEPARTMENT_ANSWER else None
    return f"{head}\n{_answer_head(scene, department, ticket)}"


def _answer_head(scene: Scene, department: str | None, ticket: Ticket) -> str:
    number = ticket.number or ""
    if department is None:
        return scene.text("answer.desk", number=number)
    return scene.text("answer.department", department=scene.department(department), number=number)


def _words_of(scene: Scene, draft: Draft, ticket: Ticket) -> str:
    answer = scene.uow.answers.by_draft(DraftId(draft.id))
    return safe_answer(scene, answer.text if answer is not None else draft.text)


def _verdict(scene: Scene, answer: PublishedAnswer) -> tuple[str, Keys]:
    unsolved = scene.key("unsolved", Verb.UNSOLVED, answer.id)
    if answer.rating:
        return scene.text("answer.rated", rating=scene.text(f"rating.{answer.rating}")), ()
    if not answer.verdict:
        return scene.text("answer.ask"), ((scene.key("solved", Verb.SOLVED, answer.id), unsolved),)
    if answer.verdict == "expired":
        return scene.text("answer.expired"), ((unsolved,),)
    ratings = tuple(
        Key(
            label=scene.text(f"rating.{each}"),
            data=Button(verb=Verb.RATE, ref=answer.id, argument=each).encode(),
        )
        for each in ("satisfied", "fair", "dissatisfied")
    )
    return scene.text(f"answer.{answer.verdict}"), (ratings,)


def _frame(head: str, words: str, tail: str) -> tuple[str, ...]:
    """Heading, words and ending as one message, or as several where they do not fit."""
    room = LONGEST - _FURNITURE
    if units(words) <= room:
        return (f"{head}{safe(words)}{tail}",)
    pieces = [safe(piece) for piece in split(words, room, room)]
    return (f"{head}{pieces[0]}", *pieces[1:-1], f"{pieces[-1]}{tail}")
