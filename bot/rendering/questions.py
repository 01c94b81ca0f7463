"""The bot's one reply to a question: answer, suggestion, banner or offer, as its state asks for now."""

from __future__ import annotations

from datetime import date

from bot.outgoing import Key
from bot.rendering.cards import show_notice
from bot.rendering.markup import pack, safe, split
from bot.rendering.scene import Scene, label
from knowledge import Entry
from tickets.buttons import Button, Verb
from tickets.helping import may_go_private
from tickets.model import Finding, Inquiry, InquiryState

Keys = tuple[tuple[Key, ...], ...]
_LONGEST_PIECE = 3000  # UTF-16 units of an answer; leaves room for steps, source and note beside it
_LONGEST = 3600  # of a message; leaves room for the asker's name, should the question be gone


def show_inquiry(scene: Scene, inquiry: Inquiry) -> tuple[tuple[str, ...], Keys]:
    """The reply's HTML, in as many messages as it takes, and buttons; none where there is nothing to say."""
    entry = scene.entry(inquiry.entry_id)
    match inquiry.finding:
        case Finding.ANSWER if entry is not None:
            return show_entry(scene, entry), _answer_keys(scene, inquiry)
        case Finding.SUGGESTION:
            html, keys = _show_suggestion(scene, inquiry)
            return (html,), keys
        case Finding.EXPIRED if entry is not None:
            department = scene.department(entry.department)
            checked = _day(entry.reviewed)
            return (scene.text("reply.expired", date=checked, department=department),), ()
        case Finding.EMERGENCY:
            return _show_banner(scene, inquiry)
        case Finding.PRIVATE:
            html, keys = _show_private_offer(scene, inquiry)
            return (html,), keys
        case _:
            return (), ()


def show_entry(scene: Scene, entry: Entry) -> tuple[str, ...]:
    """An entry as people read it: the answer first, then what to do, then where it is written."""
    lines = [safe(piece) for piece in split(entry.answer.strip(), _LONGEST_PIECE, _LONGEST_PIECE)]
    if entry.steps:
        lines += ["", scene.text("reply.steps")]
        lines += [f"{place}. {safe(step)}" for place, step in enumerate(entry.steps, start=1)]
    if entry.bring:
        lines += ["", scene.text("reply.bring", things=scene.text("reply.joined").join(entry.bring))]
    if entry.note:
        lines += ["", scene.text("reply.note", note=entry.note.strip())]
    sources = _source_lines(scene, entry)
    return pack([*lines, f"<blockquote>{sources}</blockquote>"] if sources else lines, _LONGEST)


def _source_lines(scene: Scene, entry: Entry) -> str:
    pieces = []
    if entry.source:
        laws = scene.text("reply.joined").join(f"《{source.law}》{source.article}" for source in entry.source)
        pieces.append(scene.text("reply.source", sources=laws))
    if entry.region and entry.region != "全国":
        pieces.append(scene.text("reply.region", region=entry.region))
    if entry.reviewed:
        pieces.append(scene.text("reply.reviewed", date=_day(entry.reviewed)))
    return "\n".join(pieces)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


def _answer_keys(scene: Scene, inquiry: Inquiry) -> Keys:
    if inquiry.state is not InquiryState.ANSWERED:
        return ()
    return (
        (
            scene.key("helpful", Verb.HELPFUL, inquiry.id),
            scene.key("not_helpful", Verb.NOT_HELPFUL, inquiry.id),
        ),
    )


def _show_suggestion(scene: Scene, inquiry: Inquiry) -> tuple[str, Keys]:
    if inquiry.state is InquiryState.HELPED:
        return scene.text("reply.helped"), ()
    if inquiry.state is not InquiryState.SUGGESTED:
        return scene.text("reply.none_fitted"), ()
    rows = []
    for place, candidate in enumerate(inquiry.candidates):
        entry = scene.entry(candidate)
        if entry is not None:
            data = Button(verb=Verb.CHOOSE, ref=inquiry.id, argument=str(place)).encode()
            rows.append((Key(label=label(entry.question), data=data),))
    rows.append((scene.key("none_of_these", Verb.NONE_OF_THESE, inquiry.id),))
    return scene.text("reply.did_you_mean"), tuple(rows)


def _show_banner(scene: Scene, inquiry: Inquiry) -> tuple[tuple[str, ...], Keys]:
    key = f"emergency.{inquiry.kind}"
    banner = scene.text(key if scene.text.has(key) else "emergency.other")
    ticket = scene.uow.tickets.get(inquiry.ticket_id) if inquiry.ticket_id else None
    if ticket is None or ticket.number is None or scene.uow.chats.desk_of(ticket.community) is None:
        return (banner,), ()
    notice, keys = show_notice(scene, ticket)
    told = scene.text("emergency.told", number=ticket.number)
    return ("\n".join(filter(None, (banner, told, notice.partition("\n")[2]))),), keys


def _show_private_offer(scene: Scene, inquiry: Inquiry) -> tuple[str, Keys]:
    if inquiry.state is InquiryState.SILENT:
        return scene.text("reply.went_private"), ()
    if inquiry.state is not InquiryState.PRIVATE_OFFERED:
        return scene.text("peers.opened"), ()
    here = scene.key("here", Verb.HERE, inquiry.id)
    words = scene.text("reply.lifeline" if inquiry.kind == "self_harm" else "reply.private_offer")
    if not may_go_private(inquiry):
        return words, ((here,),)
    link = f"https://t.me/{scene.scenery.username}?start=p{inquiry.id}"
    return words, ((Key(label=scene.text("button.private"), url=link), here),)
