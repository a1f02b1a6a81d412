"""What every mailer promises, as tests.

Subclass `MailerContract` and return your post office::

class TestMyMailer(MailerContract):
    @pytest.fixture
    def post(self, my_host):
        return Post(MyMailer(my_host.address), received=my_host.received)
"""

from collections.abc import Callable, Sequence
from email.message import EmailMessage

import attrs
import pytest

from livechat_core.errors import DeliveryError
from livechat_core.ports import Mail, Mailer, Repeat

MAIL = Mail(
    key="enquiry/e1:reply:1",
    to="Zoe.Li+shop@customer.example",
    sender="support@desk.example",
    subject="Your question (Ref 48211-k7qd2m), Zoë 李",
    text="Dear Zoë,\n\nyes.\n",
    automatic=False,
)

BODIES = {
    "plain": "Yes.",
    "several lines": "Dear Zoë,\n\n  yes,  it is.\n\n\nAna",
    "lone dots": ".\n..\n.hidden\n.\n\n.",
    "looks like the end": "before\r\n.\r\nMAIL FROM:<evil@evil.example>\r\nafter",
    "old line ends": "one\rtwo\r\nthree\n",
    "long lines": "x" * 10_000 + "\n" + "ö" * 5_000,
    "from the start": "From here\n>From there",
    "other scripts": "Привет 李さん \U0001f984\u2028next",
    "blanks": " before and after \n\t\n trailing  ",
    "headers": "Bcc: evil@evil.example\n\nContent-Type: text/html\n\n<b>",
    "equals signs": "=20 =C3=BC =\n= =?utf-8?q?=C3=BC?=",
}
"""Texts that must arrive as they are (A47)."""

BAD_ADDRESSES = (
    "",
    "zoe",
    "zoe@customer.example\r\nBcc: x@evil.example",
    "zoe@customer.example\nBcc: x@evil.example",
    "zoe@customer.example\rx",
    "zoe@customer.example, x@evil.example",
    "zoe@customer.example;x@evil.example",
    "Zoe <zoe@customer.example>",
    "<zoe@customer.example>",
    "friends: zoe@customer.example;",
    "zoe@customer.example (x@evil.example)",
    '"zoe@evil.example"@customer.example',
    "zoe@evil.example@customer.example",
    "zoe%evil.example@[127.0.0.1]",
    "zoe@customer.example> SIZE=1",
)
"""Addresses that are not one plain address (A46, B41 to B51)."""


@attrs.frozen
class Received:
    """One mail as the host got it.

    Args:
        sender: Envelope sender.
        recipients: Envelope recipients.
        message: The message, parsed with ``email.policy.default``.
    """

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@attrs.frozen
class Post:
    """A mailer under test, and what its host got.

    Args:
        mailer: The mailer.
        received: Returns all mails that the host has accepted.
        fail: Lets the next mail fail: ``temporary`` and ``permanent`` are refusals, ``lost`` is a
            line that breaks after the whole text was sent; none if that cannot be arranged.
    """

    mailer: Mailer
    received: Callable[[], Sequence[Received]]
    fail: Callable[[str], None] | None = None


@pytest.mark.anyio
class MailerContract:
    """The promises of `Mailer`; override the fixture `post`."""

    @pytest.fixture
    def post(self) -> Post:
        """Return the mailer under test with a host that has no mail yet."""
        raise NotImplementedError("override the fixture `post`")

    def test_it_has_a_name_for_the_settings(self, post: Post) -> None:
        """One word, to be chosen by."""
        assert post.mailer.name.isidentifier()

    def test_it_says_what_an_unknown_outcome_allows(self, post: Post) -> None:
        """G13: without it a lost answer could not be settled."""
        assert post.mailer.repeat in set(Repeat)

    async def test_one_mail_to_one_person(self, post: Post) -> None:
        """S0-19, A46: the envelope says what the header says."""
        await post.mailer.send(MAIL)
        (mail,) = post.received()
        assert mail.sender == MAIL.sender == mail.message["From"]
        assert mail.recipients == (MAIL.to,) == (mail.message["To"],)
        assert mail.message["Subject"] == MAIL.subject
        assert {"Cc", "Bcc", "Reply-To"}.isdisjoint(mail.message.keys())

    async def test_the_message_id_is_made_from_the_key(self, post: Post) -> None:
        """B87: so a rare double is recognised."""
        first = await post.mailer.send(MAIL)
        again = await post.mailer.send(attrs.evolve(MAIL, text="Once more."))
        other = await post.mailer.send(attrs.evolve(MAIL, key="enquiry/e2:reply:1"))
        assert [mail.message["Message-ID"] for mail in post.received()] == [first, again, other]
        assert first == again != other

    async def test_the_message_id_tells_nothing(self, post: Post) -> None:
        """A79: a key may hold what must not leave the desk."""
        told = await post.mailer.send(attrs.evolve(MAIL, key="zoe.li@customer.example"))
        assert "zoe" not in told
        assert "customer" not in told

    @pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
    async def test_the_text_arrives_as_it_is(self, post: Post, text: str) -> None:
        """A47: one message, whatever is in it; line ends are the only thing that changes."""
        await post.mailer.send(attrs.evolve(MAIL, text=text))
        (mail,) = post.received()
        assert mail.message.get_content_type() == "text/plain"
        wanted = text.replace("\r\n", "\n").replace("\r", "\n")
        assert mail.message.get_content().replace("\r\n", "\n") in (wanted, wanted + "\n")

    async def test_machine_made_mail_says_so(self, post: Post) -> None:
        """RFC 3834: programs must not answer it; a person's reply has no such mark."""
        await post.mailer.send(attrs.evolve(MAIL, automatic=True))
        await post.mailer.send(attrs.evolve(MAIL, automatic=False))
        machine, person = post.received()
        assert machine.message["Auto-Submitted"] == "auto-generated"
        assert person.message["Auto-Submitted"] is None

    async def test_answers_go_where_they_should(self, post: Post) -> None:
        """The address that a customer's mail program answers to."""
        await post.mailer.send(attrs.evolve(MAIL, reply_to="support+a1@desk.example"))
        (mail,) = post.received()
        assert mail.message["Reply-To"] == "support+a1@desk.example"

    async def test_a_foreign_domain_is_sent_as_the_net_knows_it(self, post: Post) -> None:
        """B44."""
        await post.mailer.send(attrs.evolve(MAIL, to="a@bücher.example"))
        (mail,) = post.received()
        assert mail.recipients == ("a@xn--bcher-kva.example",) == (mail.message["To"],)

    @pytest.mark.parametrize("address", BAD_ADDRESSES)
    async def test_only_one_plain_address_is_taken(self, post: Post, address: str) -> None:
        """A45, A46, B41 to B51."""
        for wrong in (attrs.evolve(MAIL, to=address), attrs.evolve(MAIL, sender=address)):
            await _is_refused(post, wrong)
        if address:
            await _is_refused(post, attrs.evolve(MAIL, reply_to=address))

    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x85", "\u2028"])
    async def test_the_subject_is_one_line(self, post: Post, end: str) -> None:
        """A45."""
        await _is_refused(post, attrs.evolve(MAIL, subject=f"Hello{end}Bcc: x@evil.example"))

    async def test_a_temporary_refusal_can_be_tried_again(self, post: Post) -> None:
        """B87."""
        refused = await _failing(post, "temporary")
        assert (refused.permanent, refused.unknown) == (False, False)
        await post.mailer.send(MAIL)
        assert len(post.received()) == 1

    async def test_a_permanent_refusal_is_told_as_such(self, post: Post) -> None:
        """B87."""
        refused = await _failing(post, "permanent")
        assert (refused.permanent, refused.unknown) == (True, False)

    async def test_a_lost_answer_is_reported_as_unknown(self, post: Post) -> None:
        """B87, G13."""
        lost = await _failing(post, "lost")
        assert (lost.permanent, lost.unknown) == (False, True)


async def _failing(post: Post, how: str) -> DeliveryError:
    if post.fail is None:
        pytest.skip("this host cannot be made to fail")
    post.fail(how)
    with pytest.raises(DeliveryError) as caught:
        await post.mailer.send(MAIL)
    return caught.value


async def _is_refused(post: Post, mail: Mail) -> None:
    with pytest.raises(DeliveryError) as caught:
        await post.mailer.send(mail)
    assert caught.value.permanent
    assert list(post.received()) == []
