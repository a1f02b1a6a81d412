"""Who is behind a lasting connection: whether the host still knows him."""

from livechat_core import Service, Session, ports, seconds

WHILE_SENDING = seconds(1)
WHILE_LISTENING = seconds(30)


class Login:
    """The login behind one connection of staff; the host may end it at any time (A36).

    Args:
        service: The running desk.
        request: How the connection was opened.
        session: Its session.
    """

    def __init__(self, service: Service, request: ports.Request, session: Session) -> None:
        self._service = service
        self._request = request
        self._session = session
        self._asked = service.desk.clock.now()

    async def holds(self, most_age: int) -> bool:
        """Tell whether the host knows the person, asking it again if it was asked too long ago.

        Args:
            most_age: How old the host's last answer may be, in microseconds.
        """
        caller = self._session.caller
        if caller is None or not caller.actor.is_staff:
            return True
        now = self._service.desk.clock.now()
        if now - self._asked < most_age:
            return True
        identity = self._service.identity
        found = await identity.agent(self._request) if identity else None
        self._asked = now
        return found == caller.actor.id
