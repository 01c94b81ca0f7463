"""Plain words to somebody: a text by its key, a list of tickets, a report on a binding."""

from __future__ import annotations

from bot.outgoing import Rendered, SendText
from bot.rendering.cards import ticket_line
from bot.rendering.markup import pack, safe, split, units
from bot.rendering.scene import Scene
from tickets.identity import MessageId, TicketId
from tickets.model import Inquiry, LinkRole
from tickets.notices import NoticeKind

_ROOM = 3500  # UTF-16 units of a value that people wrote, so that the words around it fit as well


def render_text(scene: Scene) -> Rendered:
    """The text that the notice names, filled with its values, as a reply where it says so."""
    data = scene.notice.data
    key, given = str(data.get("key")), data.get("values")
    values = {name: str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    answered = data.get("reply_to")
    reply_to = MessageId(answered) if isinstance(answered, int) and answered else None
    address = _address(scene, key, values, moved=reply_to is None)
    pieces = _pieces(scene, key, values)
    if address and reply_to is None:
        pieces = (f"{address}\n{pieces[0]}", *pieces[1:])
    steps = tuple(
        SendText(
            chat_id=scene.notice.chat_id,
            html=html,
            reply_to=reply_to,  # each of them: it is what puts them into the right topic
            thread_id=_thread_id(scene),
            orphan_html=f"{address}\n{html}" if address and reply_to and not place else None,
        )
        for place, html in enumerate(pieces)
    )
    urgent = scene.notice.kind is NoticeKind.ALERT
    return Rendered(steps=steps, role=LinkRole.TEXT, ref=0, urgent=urgent)


def _pieces(scene: Scene, key: str, values: dict[str, str]) -> tuple[str, ...]:
    if key in ("my_tickets", "ticket_status"):
        return _tickets(scene, key)
    if key == "groups":
        return _said(scene, key, {"lines": "\n".join(_groups(scene))})
    if key == "bound":
        return (_binding(scene, values),)
    if key == "undelivered":
        return (_undelivered(scene, values),)
    if key == "bound_otherwise":
        values = {**values, "room": scene.text(f"room.{values['room']}")}
    if key == "guided":
        values = {**values, "channel": scene.text(f"channel.{values['channel']}")}
    return _said(scene, key, values)


def _said(scene: Scene, key: str, values: dict[str, str]) -> tuple[str, ...]:
    """A text and, where people's words in it are too long for one message, further messages.

    Long words stand at the end of their text, so that they go on where they were cut.
    """
    longest = max(values, key=lambda name: units(values[name]), default="")
    if units(values.get(longest, "")) <= _ROOM:
        return (scene.text(f"say.{key}", **values),)
    first, *rest = split(values[longest], _ROOM)
    return (scene.text(f"say.{key}", **{**values, longest: first}), *(safe(piece) for piece in rest))


def _address(scene: Scene, key: str, values: dict[str, str], *, moved: bool) -> str:
    """Guidance is an answer too: where the question is gone it names the asker instead."""
    ticket = scene.uow.tickets.by_number(values.get("number", "")) if key == "guided" else None
    inquiry: Inquiry | None = scene.uow.inquiries.get(ticket.inquiry_id) if ticket is not None else None
    return scene.address(inquiry, moved=moved) if inquiry is not None else ""


def _tickets(scene: Scene, key: str) -> tuple[str, ...]:
    ids = str(scene.notice.data.get("tickets") or "").split()
    found = [scene.uow.tickets.get(TicketId(int(each))) for each in ids]
    tickets = [ticket for ticket in found if ticket is not None]
    lines = [ticket_line(scene, ticket) for ticket in tickets]
    if key == "my_tickets":
        return pack([scene.text("say.my_tickets"), *lines])
    return pack([*lines, *(scene.last_event(ticket) for ticket in tickets)])


def _groups(scene: Scene) -> list[str]:
    names = {community.code: community.name for community in scene.uow.communities.all()}
    return [
        f"· {chat.title} — {scene.text(f'room.{chat.room.value}')}"
        + (f" {chat.community} {names.get(chat.community, '')}" if chat.community else "")
        for chat in scene.uow.chats.all()
    ]


def _binding(scene: Scene, values: dict[str, str]) -> str:
    room = scene.text(f"room.{values['room']}")
    lines = [scene.text("say.bound", place=f"{room} {values['community']}".rstrip())]
    if values["instead_of"]:
        lines.append(scene.text("say.bound_instead", title=values["instead_of"]))
    missing = values["missing"].split()
    if missing:
        lines.append(scene.text("say.bound_missing"))
        lines += [f"· {scene.text(f'missing.{each}')}" for each in missing]
    return "\n".join(lines)


def _undelivered(scene: Scene, values: dict[str, str]) -> str:
    number, why = values["number"], values["why"]
    if why == "topic_deleted":
        return scene.text("say.topic_remade", number=number)
    known = f"why.{why}" if scene.text.has(f"why.{why}") else "why.other"
    what = scene.text(f"undelivered.{values['what']}")
    return scene.text("say.undelivered", number=number, what=what, why=scene.text(known))


def _thread_id(scene: Scene) -> int | None:
    ticket_id = scene.notice.ticket_id
    if ticket_id is None or not scene.notice.data.get("in_thread"):
        return None
    thread = scene.uow.threads.get(ticket_id)
    return thread.topic_id if thread else None
