"""The nouns of Telegram as plain objects: users, bots, chats, members, topics, messages.

They hold state and nothing else. Rules live in the modules that change them, JSON in `rendering`
(for bots) and `page_view` (for the page), so that neither format leaks into the state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

GENERAL_TOPIC: Final = 1
ANONYMOUS_ADMIN: Final = 1087968824
CHANNEL_BOT: Final = 136817688
TELEGRAM: Final = 777000

ADMIN_RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
)
CHANNEL_RIGHTS: Final = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
PERMISSIONS: Final = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


class ChatKind(StrEnum):
    """The four kinds of chat the Bot API knows."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """How a user stands to a chat; the values are the Bot API's."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


IN_CHAT: Final = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})
ADMINS: Final = frozenset({Status.CREATOR, Status.ADMINISTRATOR})


@dataclass(slots=True, kw_only=True)
class User:
    """A person or, as `Bot`, a bot. `role` and `avatar_color` are for the page only.

    `hides_forwards`: forwards of this person's messages name no account.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "zh-hans"
    role: str = ""
    avatar_color: str = "#5b8def"
    is_bot: bool = False
    deactivated: bool = False
    hides_forwards: bool = False

    @property
    def name(self) -> str:
        """The display name."""
        return f"{self.first_name} {self.last_name}".rstrip()


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where a bot's updates are pushed to, and how the last pushes went."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error_at: int = 0
    last_error: str = ""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Bot(User):
    """A bot account. `reads_all` is privacy mode turned off; `webhook` is None while it polls."""

    token: str
    reads_all: bool = False
    webhook: Webhook | None = None
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    default_rights: dict[bool, Json] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    blocked_by: set[int] = field(default_factory=set)
    started_by: set[int] = field(default_factory=set)
    last_private_id: int = 0

    def __repr__(self) -> str:
        return f"<Bot {self.id} @{self.username}>"


@dataclass(slots=True, kw_only=True)
class Member:
    """One user's standing in one chat. `rights` holds admin rights or, when restricted, permissions."""

    user_id: int
    status: Status = Status.MEMBER
    rights: frozenset[str] = frozenset()
    is_anonymous: bool = False
    custom_title: str = ""
    until_date: int = 0

    @property
    def is_in(self) -> bool:
        """True while the user takes part in the chat."""
        return self.status in IN_CHAT

    @property
    def is_admin(self) -> bool:
        """True for the creator and administrators."""
        return self.status in ADMINS

    def may(self, right: str) -> bool:
        """Whether an administrator holds `right`; the creator holds all of them."""
        return self.status is Status.CREATOR or (self.status is Status.ADMINISTRATOR and right in self.rights)


@dataclass(slots=True, kw_only=True)
class Topic:
    """A thread of a forum. `thread_id` is the id of the message that created it; General has 1."""

    thread_id: int
    name: str
    icon_color: int = 0x6FB9F0
    icon_custom_emoji_id: str = ""
    creator_id: int = 0
    closed: bool = False
    hidden: bool = False
    deleted: bool = False
    root: Message | None = None


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Chat:
    """A chat with its members, topics and messages. A private chat belongs to one person and one bot."""

    id: int
    kind: ChatKind
    title: str = ""
    username: str = ""
    description: str = ""
    is_forum: bool = False
    protected: bool = False
    bot: Bot | None = None
    person: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    bots: list[Bot] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    permissions: frozenset[str] = frozenset(PERMISSIONS)
    last_id: int = 0
    last_bot_id: int = 0
    migrated_to: int | None = None
    linked_chat_id: int | None = None
    banned_channels: set[int] = field(default_factory=set)
    invite_link: str = ""
    stub: Json = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Chat {self.key} {self.title!r}>"

    @property
    def key(self) -> str:
        """How the page names the chat: one private chat per person and bot."""
        if self.person is not None and self.bot is not None:
            return f"private:{self.person.id}:{self.bot.id}"
        return str(self.id)

    @property
    def is_private(self) -> bool:
        """A chat between one person and one bot."""
        return self.kind is ChatKind.PRIVATE

    def member(self, user_id: int) -> Member:
        """The standing of `user_id`; a stranger is somebody who left."""
        return self.members.get(user_id) or Member(user_id=user_id, status=Status.LEFT)


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """Bytes in Telegram's storage. `unique_id` is the same for every bot, file ids are not."""

    unique_id: str
    data: bytes
    name: str
    mime: str
    width: int = 0
    height: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Media:
    """What a message carries besides text. `kind` is the Bot API field name (photo, voice, location…)."""

    kind: str
    file: StoredFile | None = None
    details: Json = field(default_factory=dict)


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Message:
    """One message. `text` is the caption when there is media; `author_id` is who really wrote it."""

    chat: Chat
    author_id: int
    sender: User | None
    date: int = 0
    id: int = 0
    sender_chat: Chat | None = None
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    media_group_id: str | None = None
    thread_id: int | None = None
    is_topic: bool = False
    reply_to: Message | None = None
    external_reply: Json | None = None
    quote: Json | None = None
    forward_origin: Json | None = None
    is_automatic_forward: bool = False
    markup: Json | None = None
    protected: bool = False
    service: Json | None = None
    edit_date: int | None = None
    reactions: dict[int, str] = field(default_factory=dict)
    extra: Json = field(default_factory=dict)
    has_replies: bool = False
    deleted: bool = False

    def __repr__(self) -> str:
        what = next(iter(self.service)) if self.service else repr(self.text)
        return f"<Message {self.chat.key}/{self.id} by {self.author_id}: {what}>"

    @property
    def button_texts(self) -> list[str]:
        """What the inline buttons say, row after row."""
        return [str(button["text"]) for row in self.inline_keyboard or [] for button in row]

    @property
    def inline_keyboard(self) -> list[list[Json]] | None:
        """The rows of inline buttons, or None."""
        return None if self.markup is None else self.markup.get("inline_keyboard")
