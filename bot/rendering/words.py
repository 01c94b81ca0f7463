"""Plain words to somebody: a text by its key, a list of tickets, a report on a binding."""

from __future__ import annotations

from bot.outgoing import Rendered, SendText
from bot.rendering.cards import ticket_line
from bot.rendering.markup import LONGEST, cut
from bot.rendering.scene import Scene
from tickets.identity import MessageId, TicketId
from tickets.model import LinkRole
from tickets.notices import NoticeKind

_ROOM = 3500  # UTF-16 units for a value that people wrote, so that the whole fits into one message


def render_text(scene: Scene) -> Rendered:
    """The text that the notice names, filled with its values, as a reply where it says so."""
    data = scene.notice.data
    key = str(data.get("key"))
    values = data.get("values")
    filled = {name: _value(scene, name, value) for name, value in _items(values)}
    html = cut(_special(scene, key, filled) or scene.text(f"say.{key}", **filled), LONGEST)
    reply_to = data.get("reply_to")
    step = SendText(
        chat_id=scene.notice.chat_id,
        html=html,
        reply_to=MessageId(reply_to) if isinstance(reply_to, int) and reply_to else None,
        thread_id=_thread_id(scene),
    )
    urgent = scene.notice.kind is NoticeKind.ALERT
    return Rendered(steps=(step,), role=LinkRole.TEXT, ref=0, urgent=urgent)


def _items(values: object) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in values.items()] if isinstance(values, dict) else []


def _value(scene: Scene, name: str, value: str) -> str:
    if name == "channel":
        return scene.text(f"channel.{value}")
    return cut(value, _ROOM)


def _special(scene: Scene, key: str, values: dict[str, str]) -> str:
    if key in ("my_tickets", "ticket_status"):
        return _tickets(scene, key)
    if key == "groups":
        return scene.text("say.groups", lines="\n".join(_groups(scene)))
    if key == "bound":
        return _binding(scene, values)
    return ""


def _tickets(scene: Scene, key: str) -> str:
    ids = str(scene.notice.data.get("tickets") or "").split()
    found = [scene.uow.tickets.get(TicketId(int(each))) for each in ids]
    lines = [ticket_line(scene, ticket) for ticket in found if ticket is not None]
    if key == "my_tickets":
        return "\n".join([scene.text("say.my_tickets"), *lines])
    last = [scene.last_event(ticket) for ticket in found if ticket is not None]
    return "\n".join([*lines, *last])


def _groups(scene: Scene) -> list[str]:
    names = {community.code: community.name for community in scene.uow.communities.all()}
    return [
        f"· {chat.title} — {scene.text(f'room.{chat.room.value}')}"
        + (f" {chat.community} {names.get(chat.community, '')}" if chat.community else "")
        for chat in scene.uow.chats.all()
    ]


def _binding(scene: Scene, values: dict[str, str]) -> str:
    room = scene.text(f"room.{values['room']}")
    lines = [scene.text("say.bound", room=room, community=values["community"])]
    if values["instead_of"]:
        lines.append(scene.text("say.bound_instead", title=values["instead_of"]))
    missing = values["missing"].split()
    if missing:
        lines.append(scene.text("say.bound_missing"))
        lines += [f"· {scene.text(f'missing.{each}')}" for each in missing]
    return "\n".join(lines)


def _thread_id(scene: Scene) -> int | None:
    given = scene.notice.data.get("thread")
    if isinstance(given, int):
        return given
    ticket_id = scene.notice.ticket_id
    if ticket_id is None or not scene.notice.data.get("in_thread"):
        return None
    thread = scene.uow.threads.get(ticket_id)
    return thread.topic_id if thread else None
