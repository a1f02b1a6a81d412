from anyio import open_file

from livechat_core import DeliveryError, Settings, hookimpl, ports


class WallNotifier(ports.Notifier):  # notices in a text file, for a screen on the wall
    name, repeat = "wall", ports.Repeat.SAFE  # what is there is not written again

    def __init__(self, path: str) -> None:
        self.place = {"path": path}

    async def send(self, notice: ports.Notice) -> dict[str, str]:
        try:
            async with await open_file(self.place["path"], "a+", encoding="utf-8") as wall:
                await wall.seek(0)
                entry = f"[{notice.key}] {notice.state or notice.text}\n"
                if entry not in await wall.read():
                    await wall.write(entry)
        except OSError as error:
            raise DeliveryError("wall_unwritable") from error
        return self.place

    update = send


@hookimpl
def livechat_notifiers(settings: Settings) -> list[ports.Notifier]:
    return [WallNotifier(**settings.section("wall"))] if settings.section("wall") else []
