"""Puts the HTTP interface together: Bot API, file downloads, the app's interface, control, the page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.bot_endpoint import BotApi
from sandbox.client_routes import ClientRoutes
from sandbox.control_routes import ControlRoutes
from sandbox.files import file_path
from sandbox.webhook import Webhooks
from sandbox.world import World

STATIC: Final = Path(__file__).with_name("static")


class _Page:
    """The page and the downloads of bots."""

    def __init__(self, world: World, static: Path) -> None:
        self.world = world
        self.static = static

    async def index(self, request: Request) -> Response:
        index = self.static / "index.html"
        if not index.is_file():
            return PlainTextResponse(f"{index} is missing", status_code=404)
        return FileResponse(index, headers={"cache-control": "no-cache"})

    async def download(self, request: Request) -> Response:
        """/file/bot<token>/<path>, the path being what getFile told."""
        path = request.path_params["path"]
        known = request.path_params["token"] in self.world.bots
        file = self.world.files.files.get(Path(path).stem) if known else None
        if file is None or not path.endswith(Path(file_path(file, "document")).name):
            code, text = (404, "Not Found") if known else (401, "Unauthorized")
            return JSONResponse({"ok": False, "error_code": code, "description": text}, status_code=code)
        return Response(file.data, media_type="application/octet-stream")


def create_app(world: World, static: Path = STATIC) -> Starlette:
    """The ASGI application over `world`, with the page in `static`.

    Its state holds `bot_api` and `webhooks`, for the server.
    """
    bot_api, page = BotApi(world), _Page(world, static)
    routes = [
        Route("/bot{token}/{method}", bot_api),
        Route("/file/bot{token}/{path:path}", page.download),
        *ClientRoutes(world).routes(),
        *ControlRoutes(world).routes(),
        Route("/", page.index),
        Mount("/static", StaticFiles(directory=static, check_dir=False)),
    ]
    app = Starlette(routes=routes)
    app.state.bot_api = bot_api
    app.state.webhooks = Webhooks(world, bot_api)
    return app
