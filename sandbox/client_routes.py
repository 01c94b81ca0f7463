"""/client/…: what a Telegram app does, as HTTP for the page and for tests in other processes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.model import Json, Media, Message
from sandbox.page_view import message_view, state_view
from sandbox.people import Draft
from sandbox.refusal import Refusal
from sandbox.stream import event_stream
from sandbox.uploads import describe, without_upload
from sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """Turn refusals and missing or wrong fields into {"ok": false, "description": …} with 4xx."""

    async def run(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return _failed(refusal.code, refusal.description)
        except KeyError as missing:
            return _failed(400, f"missing field {missing}")
        except (TypeError, ValueError) as wrong:
            return _failed(400, str(wrong))

    return run


def _failed(status: int, description: str) -> JSONResponse:
    return JSONResponse({"ok": False, "description": description}, status_code=status)


async def payload(request: Request) -> Json:
    """The JSON object of the body; raises 400 for anything else."""
    body = await request.body()
    decoded = json.loads(body) if body else {}
    if not isinstance(decoded, dict):
        raise Refusal(400, "expected a JSON object")
    return decoded


class ClientRoutes:
    """The endpoints, over one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        """Routes to mount at the root."""
        posts = {
            "send": self.send,
            "edit": self.edit,
            "delete": self.delete,
            "react": self.react,
            "press": self.press,
            "start": self.start,
            "block": self.block,
            "topic": self.topic,
            "member": self.member,
        }
        routes = [Route(f"/client/{name}", guarded(run), methods=["POST"]) for name, run in posts.items()]
        return [
            *routes,
            Route("/client/state", guarded(self.state)),
            Route("/client/events", guarded(self.events)),
            Route("/client/files/{unique_id}", guarded(self.file)),
        ]

    async def state(self, request: Request) -> Response:
        """GET /client/state?as=ID"""
        person = self.world.person(int(request.query_params["as"]))
        return JSONResponse(state_view(self.world, person))

    async def events(self, request: Request) -> Response:
        """GET /client/events?as=ID&since=SEQ&also=IDs; Last-Event-ID continues a broken stream."""
        query = request.query_params
        person = self.world.person(int(query["as"]))
        also = query.get("also", "")
        others = self.world.people() if also == "all" else [int(i) for i in also.split(",") if i]
        since = request.headers.get("last-event-id") or query.get("since") or self.world.events.seq
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        stream = event_stream(self.world, person.id, int(since), frozenset(others))
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def file(self, request: Request) -> Response:
        """GET /client/files/ID: the bytes of a photo or file."""
        file = self.world.files.files.get(request.path_params["unique_id"])
        if file is None:
            raise Refusal(404, "no such file")
        headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
        return Response(file.data, media_type=file.mime, headers=headers)

    async def send(self, request: Request) -> Response:
        """POST /client/send; multipart for files, several of them make an album."""
        uploads: list[tuple[bytes, str]] = []
        if request.headers.get("content-type", "").startswith("multipart/"):
            async with request.form() as form:
                body: Json = json.loads(str(form["payload"]))
                for value in form.getlist("file"):
                    if isinstance(value, UploadFile):
                        uploads.append((await value.read(), value.filename or "file"))
        else:
            body = await payload(request)
        messages = self._post(body, uploads)
        views = [message_view(message) for message in messages]
        return JSONResponse({"ok": True, "message": views[0], "messages": views})

    def _post(self, body: Json, uploads: list[tuple[bytes, str]]) -> list[Message]:
        as_, chat_id = int(body["as"]), int(body["chat_id"])
        common: dict[str, Any] = {
            name: int(body[name])
            for name in ("reply_to", "thread_id", "sender_chat_id")
            if body.get(name) is not None
        }
        common |= {
            "text": body.get("text") or "",
            "entities": body.get("entities"),
            "quote": body.get("quote") or "",
        }
        if uploads:
            media = body.get("media") or {}
            kinds = [str(kind) for kind in media.get("kinds") or []]
            return self.world.send_album(
                as_, chat_id, uploads, kind=str(media.get("kind") or ""), kinds=kinds, **common
            )
        if body.get("forward_from"):
            source = body["forward_from"]
            common["forward"] = self.world.message(int(source["chat_id"]), int(source["message_id"]), as_=as_)
        if body.get("media"):
            common["medias"] = [self._media(dict(body["media"]))]
        return self.world.send_draft(as_, chat_id, Draft(**common))

    def _media(self, given: Json) -> Media:
        """Media without an upload: a place, a contact, a sticker, or a file seen before (its url's id)."""
        kind, known = str(given.pop("kind")), given.pop("file_id", None)
        if not known:
            return without_upload(self.world.files, kind, given)
        file = self.world.files.files.get(str(known))
        if file is None:
            raise Refusal(404, "no such file")
        return describe(kind, file, given)

    async def edit(self, request: Request) -> Response:
        """POST /client/edit"""
        body = await payload(request)
        message = self.world.edit(
            int(body["as"]), int(body["chat_id"]), int(body["message_id"]), str(body["text"])
        )
        return JSONResponse({"ok": True, "message": message_view(message)})

    async def delete(self, request: Request) -> Response:
        """POST /client/delete"""
        body = await payload(request)
        self.world.delete(int(body["as"]), int(body["chat_id"]), int(body["message_id"]))
        return JSONResponse({"ok": True})

    async def react(self, request: Request) -> Response:
        """POST /client/react"""
        body = await payload(request)
        message = self.world.react(
            int(body["as"]), int(body["chat_id"]), int(body["message_id"]), body.get("emoji") or None
        )
        return JSONResponse({"ok": True, "message": message_view(message)})

    async def press(self, request: Request) -> Response:
        """POST /client/press: waits for the bot's answer, at most wait_ms."""
        body = await payload(request)
        pressed = self.world.press(
            int(body["as"]),
            int(body["chat_id"]),
            int(body["message_id"]),
            str(body["data"]),
            check=bool(body.get("check")),
        )
        answered = await pressed.wait(int(body.get("wait_ms", 5000)) / 1000)
        return JSONResponse(
            {
                "ok": True,
                "answered": answered,
                "query_id": pressed.query_id,
                "text": pressed.text,
                "show_alert": pressed.show_alert,
                "url": pressed.url,
            }
        )

    async def start(self, request: Request) -> Response:
        """POST /client/start"""
        body = await payload(request)
        message = self.world.start(int(body["as"]), int(body["bot_id"]), str(body.get("payload") or ""))
        return JSONResponse({"ok": True, "message": message_view(message)})

    async def block(self, request: Request) -> Response:
        """POST /client/block"""
        body = await payload(request)
        self.world.block(int(body["as"]), int(body["bot_id"]), bool(body.get("blocked", True)))
        return JSONResponse({"ok": True})

    async def topic(self, request: Request) -> Response:
        """POST /client/topic"""
        body = await payload(request)
        thread_id = None if body.get("thread_id") is None else int(body["thread_id"])
        topic = self.world.topic(
            int(body["as"]),
            int(body["chat_id"]),
            str(body["action"]),
            thread_id=thread_id,
            name=body.get("name"),
        )
        return JSONResponse({"ok": True, "thread_id": topic.thread_id if topic else thread_id})

    async def member(self, request: Request) -> Response:
        """POST /client/member"""
        body = await payload(request)
        member = self.world.member(
            int(body["as"]),
            int(body["chat_id"]),
            int(body["user_id"]),
            str(body["action"]),
            body.get("rights"),
        )
        return JSONResponse({"ok": True, "status": member.status.value})
