"""/control/…: faults, world-building and the call log, for tests that drive a sandbox from outside."""

from __future__ import annotations

from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.client_routes import guarded, payload
from sandbox.model import Json
from sandbox.page_view import bot_view, chat_view, person_view
from sandbox.refusal import Refusal
from sandbox.world import World


class ControlRoutes:
    """The endpoints, over one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        """Routes to mount at the root."""
        posts = {
            "users": self.users,
            "chats": self.chats,
            "bots": self.bots,
            "reset": self.reset,
            "redeliver": self.redeliver,
            "updates": self.updates,
            "migrate": self.migrate,
            "flood": self.flood,
            "limits": self.limits,
        }
        routes = [Route(f"/control/{name}", guarded(run), methods=["POST"]) for name, run in posts.items()]
        return [
            *routes,
            Route("/control/faults", guarded(self.faults), methods=["POST", "DELETE", "GET"]),
            Route("/control/calls", guarded(self.calls), methods=["GET"]),
        ]

    async def users(self, request: Request) -> Response:
        """Create a person: {id, first_name, username?, role?, …}."""
        body = await payload(request)
        user_id, name = int(body.pop("id")), str(body.pop("first_name", "") or body.pop("name", ""))
        return JSONResponse({"ok": True, "user": person_view(self.world.add_person(user_id, name, **body))})

    async def bots(self, request: Request) -> Response:
        """Create a bot: {id, token, first_name, username, reads_all?}."""
        body = await payload(request)
        named = {name: body.pop(name) for name in ("token", "first_name", "username")}
        bot = self.world.add_bot(int(body.pop("id")), **named, **body)
        return JSONResponse({"ok": True, "bot": bot_view(bot)})

    async def chats(self, request: Request) -> Response:
        """Create a group or channel: {id, title, kind?, creator?, member_ids?, admin_ids?, is_forum?, …}."""
        body = await payload(request)
        chat = self.world.add_chat(int(body.pop("id")), str(body.pop("title")), **body)
        return JSONResponse({"ok": True, "chat": chat_view(chat)})

    async def reset(self, request: Request) -> Response:
        """Back to the beginning."""
        self.world.reset()
        return JSONResponse({"ok": True})

    async def faults(self, request: Request) -> Response:
        """POST adds a fault, DELETE clears all, GET lists them."""
        faults = self.world.faults
        if request.method == "POST":
            faults.add(**await payload(request))
        elif request.method == "DELETE":
            faults.clear()
        rules: list[Json] = [
            {f.name: getattr(rule, f.name) for f in fields(rule)} | {"spent": rule.spent}
            for rule in faults.rules
        ]
        return JSONResponse({"ok": True, "faults": rules})

    async def redeliver(self, request: Request) -> Response:
        """{bot_id, update_id}: put a confirmed update back."""
        body = await payload(request)
        if not self.world.redeliver(int(body["bot_id"]), int(body["update_id"])):
            raise Refusal(404, "no such confirmed update")
        return JSONResponse({"ok": True})

    async def updates(self, request: Request) -> Response:
        """{bot_id, update}: queue a raw update."""
        body = await payload(request)
        update_id = self.world.inject(int(body["bot_id"]), dict(body["update"]))
        return JSONResponse({"ok": True, "update_id": update_id})

    async def migrate(self, request: Request) -> Response:
        """{chat_id}: upgrade to a supergroup."""
        body = await payload(request)
        return JSONResponse({"ok": True, "new_chat_id": self.world.migrate(int(body["chat_id"]))})

    async def flood(self, request: Request) -> Response:
        """{per_chat_per_minute, per_second}; 0 is off."""
        self.world.flood.configure(**await payload(request))
        return JSONResponse({"ok": True})

    async def limits(self, request: Request) -> Response:
        """Change fields of `Limits`, e.g. {callback_seconds: 1}."""
        for name, value in (await payload(request)).items():
            if not hasattr(self.world.limits, name):
                raise Refusal(400, f"unknown limit: {name}")
            setattr(self.world.limits, name, value)
        return JSONResponse({"ok": True})

    async def calls(self, request: Request) -> Response:
        """GET /control/calls?bot_id&since&method: recorded Bot API calls."""
        query = request.query_params
        bot_id = int(query["bot_id"]) if "bot_id" in query else None
        methods = [query["method"]] if "method" in query else []
        calls = self.world.calls.of(*methods, bot_id=bot_id, since=int(query.get("since", 0)))
        return JSONResponse({"ok": True, "calls": [call.as_json() for call in calls]})
