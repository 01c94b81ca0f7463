"""A ticket as it is shown to the asker, at the desk and in its thread; always its present state."""

from __future__ import annotations

from bot.outgoing import Key
from bot.rendering.markup import cut, safe
from bot.rendering.scene import Scene
from tickets.buttons import Verb
from tickets.lifecycle import Action, Status, allows
from tickets.model import Inquiry, Ticket, TicketClass

Keys = tuple[tuple[Key, ...], ...]
_SUPERGROUPS = 1_000_000_000_000  # a supergroup's chat id is minus this minus its own number
_QUESTION = 1500  # UTF-16 units of the question that a card shows
_ANSWER = 300  # UTF-16 units of the answer that the desk sees without looking it up in the group


def show_notice(scene: Scene, ticket: Ticket) -> tuple[str, Keys]:
    """What the asker sees below the question while it is worked on."""
    key = "dismissed" if ticket.reason == "not_a_request" else ticket.status.value
    name = ticket.holder.name if ticket.holder else ""
    line = scene.text(f"notice.{key}", name=name, department=scene.department(ticket.department))
    text = scene.text("notice.opened", number=ticket.number or "")
    html = f"{text}\n{line}" if line else text
    if not allows(ticket.status, Action.WITHDRAW):
        return html, ()
    return html, ((scene.key("withdraw", Verb.WITHDRAW, ticket.id),),)


def show_peers_check(scene: Scene, ticket: Ticket) -> tuple[str, Keys]:
    """The one question to the asker whether peers helped."""
    if ticket.status is Status.WAITING_PEERS:
        solved = scene.key("peers_solved", Verb.PEERS_SOLVED, ticket.id)
        failed = scene.key("peers_failed", Verb.PEERS_FAILED, ticket.id)
        return scene.text("peers.ask", name=ticket.asker.name), ((solved, failed),)
    if ticket.status is not Status.CLOSED or ticket.number is not None:
        return scene.text("peers.opened"), ()
    events = scene.uow.history.of(ticket.id)
    confirmed = bool(events) and events[-1].action is Action.SOLVE
    return scene.text("peers.solved" if confirmed else "peers.over"), ()


def show_desk_card(scene: Scene, ticket: Ticket) -> tuple[str, Keys]:
    """The card at the desk: number, who, where, when, what, state, holder, what happened last."""
    inquiry = scene.uow.inquiries.get(ticket.inquiry_id)
    oversight = ticket.ticket_class is TicketClass.A
    lines = [
        scene.text(
            "card.head",
            number=ticket.number or "",
            status=scene.status(ticket),
            grade=scene.text("card.oversight") if oversight else "",
        ),
        scene.text(
            "card.from",
            name=ticket.asker.name,
            chat=scene.chat_title(ticket.origin.chat_id),
            at=scene.time(ticket.created_at),
        ),
        "",
        *_question(scene, inquiry),
        "",
        *_people(scene, ticket),
        *_said(scene, ticket),
        scene.last_event(ticket),
    ]
    return "\n".join(lines).rstrip(), (*_desk_keys(scene, ticket), *_way_back(scene, ticket))


def show_thread_card(scene: Scene, ticket: Ticket) -> tuple[str, Keys]:
    """The card that begins a ticket's thread."""
    inquiry = scene.uow.inquiries.get(ticket.inquiry_id)
    community = scene.uow.communities.get(ticket.community)
    department = scene.department(ticket.department)
    lines = [
        scene.text("thread.head", number=ticket.number or "", subject=ticket.subject),
        scene.text("thread.to", department=department, status=scene.status(ticket)),
        scene.text("thread.from", community=community.name if community else ticket.community),
        "",
        *_question(scene, inquiry),
        "",
        *([_officer(scene, ticket)] if ticket.officer else []),
        scene.last_event(ticket),
    ]
    if not allows(ticket.status, Action.ANSWER):
        return "\n".join(lines).rstrip(), ()
    lines += ["", f"<i>{scene.text('thread.how')}</i>"]
    keys = [scene.key("answer", Verb.DEPARTMENT_ANSWER, ticket.id)]
    if allows(ticket.status, Action.REPORT_IN):
        keys.insert(0, scene.key("report_in", Verb.REPORT_IN, ticket.id))
    return "\n".join(lines), (tuple(keys),)


def ticket_line(scene: Scene, ticket: Ticket) -> str:
    """One line of a list: number, status, holder, subject."""
    line = scene.text(
        "say.ticket_line",
        number=ticket.number or "",
        status=scene.status(ticket),
        subject=cut(ticket.subject, 40),
    )
    return "\n".join([line, *(f"　{each}" for each in _people(scene, ticket))])


def _question(scene: Scene, inquiry: Inquiry | None) -> list[str]:
    if inquiry is None:
        return []
    text = inquiry.text or scene.text("card.no_text")
    lines = [f"<blockquote>{safe(cut(text, _QUESTION))}</blockquote>"]
    attachments = scene.attachments(inquiry.attachments)
    return [*lines, scene.text("card.attachments", list=attachments)] if attachments else lines


def _said(scene: Scene, ticket: Ticket) -> list[str]:
    """What the asker was answered last."""
    answer = scene.uow.answers.latest_of(ticket.id)
    if answer is None:
        return []
    head = scene.text("card.answer_desk")
    if answer.department is not None:
        head = scene.text("card.answer_department", department=scene.department(answer.department))
    text = answer.text or scene.text("answer.see_attachment")
    return [head, f"<blockquote>{safe(cut(text, _ANSWER))}</blockquote>"]


def _people(scene: Scene, ticket: Ticket) -> list[str]:
    lines = []
    if ticket.holder is not None:
        lines.append(scene.text("card.holder", name=ticket.holder.name))
    if ticket.department is not None:
        department = scene.text("card.department", department=scene.department(ticket.department))
        officer = scene.text("card.officer", name=ticket.officer.name) if ticket.officer else ""
        lines.append(department + officer)
    return lines


def _officer(scene: Scene, ticket: Ticket) -> str:
    department = scene.text("card.department", department=scene.department(ticket.department))
    return department + scene.text("card.officer", name=ticket.officer.name if ticket.officer else "")


def _way_back(scene: Scene, ticket: Ticket) -> Keys:
    """A link to the question; only messages of supergroups have an address, which members can open."""
    internal = -int(ticket.origin.chat_id) - _SUPERGROUPS
    if internal <= 0 or not ticket.origin.message_id:
        return ()
    link = f"https://t.me/c/{internal}/{ticket.origin.message_id}"
    return ((Key(label=scene.text("button.original"), url=link),),)


def _desk_keys(scene: Scene, ticket: Ticket) -> Keys:
    offers = (
        (
            ("claim", Verb.CLAIM, Action.CLAIM),
            ("answer", Verb.DESK_ANSWER, Action.ANSWER),
        ),
        (
            ("dispatch", Verb.DISPATCH, Action.DISPATCH),
            ("guide", Verb.GUIDE, Action.GUIDE),
            ("dismiss", Verb.DISMISS, Action.DISMISS),
        ),
    )
    overseen = ticket.ticket_class is TicketClass.A  # is never dismissed with one press
    rows = (
        tuple(
            scene.key(name, verb, ticket.id)
            for name, verb, action in row
            if allows(ticket.status, action) and not (overseen and action is Action.DISMISS)
        )
        for row in offers
    )
    return tuple(row for row in rows if row)
