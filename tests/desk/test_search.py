"""Staff find conversations: by words, people, tags, dates and number, in any combination."""

from typing import Any

import attrs
import pytest

from livechat_core.policy import address_of
from livechat_core.ports import Search
from livechat_core.streams import Commit, Stored, Write
from livechat_core.testing.desk import Client, Refused, Scene
from tests.desk.acts import accept, start, talk

pytestmark = pytest.mark.anyio

MARIA = {"x-name": "Maria", "x-email": "maria@customer.example"}


async def search(client: Client, **wanted: Any) -> list[int]:
    """Return the numbers of the conversations found, in order."""
    return [row["number"] for row in (await client.call("conversation.search", **wanted))["found"]]


async def refused(client: Client, method: str, **wanted: Any) -> str:
    """Ask what is refused and return the code."""
    with pytest.raises(Refused) as caught:
        await client.call(method, **wanted)
    return caught.value.code


@attrs.frozen
class Week:
    """Four conversations of different people, agents, queues and sites, an hour apart."""

    scene: Scene
    sam: Client
    shoes: int
    returns: int
    drums: int
    again: int
    begun: dict[int, int]


@pytest.fixture
async def week(scene: Scene) -> Week:
    sam = await scene.staff("sam", watch=True)
    numbers: list[int] = []
    for agent, site, queue, question, headers in (
        ("ana", "performances", "support", "Do you have red shoes?", MARIA),
        ("ben", "performances", "support", "How do I return red boots?", {}),
        ("eve", "drumstory", "sales", "A drum, please", {}),
        ("eve", "performances", "sales", "Me again: where is my parcel?", MARIA),
    ):
        client, visitor = await scene.staff(agent), await scene.visitor(site, headers=headers)
        chat = await start(visitor, site=site, queue=queue, question=question)
        assert await accept(scene, client) == chat
        await client.do("conversation.post", stream=chat, text=f"{agent} is looking")
        await visitor.do("conversation.close", stream=chat)
        await client.close()
        await scene.wait(3600)
        numbers.append((await scene.desk.states.get(chat)).number)
    found = (await sam.call("conversation.search"))["found"]
    begun = {row["number"]: row["begun_at"] for row in found}
    return Week(scene, sam, *numbers, begun)


async def test_words_agents_queues_sites_and_dates_narrow_a_search_together(week: Week) -> None:
    """S3-33, F63."""
    sam = week.sam
    assert await search(sam) == [week.again, week.drums, week.returns, week.shoes]
    assert await search(sam, words="RED") == [week.returns, week.shoes]
    assert await search(sam, words="red looking", agent="ana") == [week.shoes]
    assert await search(sam, words="red", agent="eve") == []
    assert await search(sam, queue="sales") == [week.again, week.drums]
    assert await search(sam, queue="sales", site="performances") == [week.again]
    assert await search(sam, queue="sales", site="drumstory", agent="eve", words="drum") == [
        week.drums
    ]
    since, until = week.begun[week.returns], week.begun[week.again]
    assert await search(sam, since=since, until=until) == [week.drums, week.returns]
    assert await search(sam, since=since, until=until, words="red", queue="support") == [
        week.returns
    ]
    assert await search(sam, number=week.drums, queue="support") == []


async def test_a_row_says_what_to_open(week: Week) -> None:
    (row,) = (await week.sam.call("conversation.search", number=week.shoes))["found"]
    assert (row["site_name"], row["queue_name"], row["agent_name"], row["phase"]) == (
        *("Performances", "Support", "Ana", "closed"),
    )
    assert (row["name"], row["email"], row["question"]) == (
        *("Maria", MARIA["x-email"], "Do you have red shoes?"),
    )
    assert row["closed_reason"] == "visitor"
    assert (await week.sam.call("conversation.history", stream=row["stream"]))["events"]


async def test_pages_go_on_where_the_last_one_ended(week: Week) -> None:
    """S3-33: for agents too, whose results come from two places."""
    await week.scene.settle()
    for client in (week.sam, await week.scene.staff("eve", watch=True)):
        whole, paged, before = await search(client), [], None
        while before != 0:
            page = await client.call("conversation.search", limit=1, before=before)
            paged += [row["number"] for row in page["found"]]
            before = page["more"]
        assert paged == whole
        assert whole


async def test_an_agent_finds_what_his_queues_and_he_himself_had(week: Week) -> None:
    """A12: and nothing else, whatever he asks for."""
    scene = week.scene
    eve, ana = await scene.staff("eve", watch=True), await scene.staff("ana", watch=True)
    assert await search(eve) == [week.again, week.drums]
    assert await search(ana) == [week.returns, week.shoes]
    assert await search(eve, queue="support") == []
    assert await search(eve, words="red") == await search(eve, number=week.shoes) == []
    save = {"topic": "profile", "name": "ana", "values": {"name": "Ana", "queues": ["sales"]}}
    await week.sam.do("record.save", **save)
    assert await search(ana) == [week.again, week.drums, week.shoes]
    assert await search(ana, queue="support") == [week.shoes]
    assert (await ana.call("conversation.find", number=week.shoes))["number"] == week.shoes
    assert await refused(ana, "conversation.find", number=week.returns) == "not_found"


async def test_staff_find_the_number_that_a_customer_quotes_S4_22(week: Week) -> None:
    """S4-22: to a visitor it opens nothing."""
    row = await week.sam.call("conversation.find", number=week.drums)
    assert (row["number"], row["question"]) == (week.drums, "A drum, please")
    eve, ana = [await week.scene.staff(name, watch=True) for name in ("eve", "ana")]
    assert (await eve.call("conversation.find", number=week.drums))["stream"] == row["stream"]
    assert await refused(ana, "conversation.find", number=week.drums) == "not_found"
    assert await refused(ana, "conversation.find", number=10**12) == "not_found"
    stranger = await week.scene.visitor()
    for method in ("conversation.find", "conversation.search"):
        assert await refused(stranger, method, number=week.drums) == "forbidden"
    for stream in (row["stream"], f"conversation/{week.drums}"):
        code = await refused(stranger, "conversation.history", stream=stream)
        assert code == "not_found"


async def test_numbers_of_other_things_are_no_conversations(week: Week) -> None:
    """S4-22: the journal gives numbers to visits and working times too."""
    first = (await week.scene.store.feed(0))[0].position
    assert await refused(week.sam, "conversation.find", number=first) == "not_found"


async def test_labels_of_tags_and_people_are_found(week: Week) -> None:
    """S3-25, S3-33: whatever part of the desk has put them on."""
    scene = week.scene
    email = address_of("Maria@Customer.example", scene.desk.rules.key)
    for number in (week.shoes, week.again):
        extra = {f"email={email}", "contact=7", f"tag={'refund' if number == week.shoes else 'x'}"}
        await _label(scene, number, extra)
    both = [week.again, week.shoes]
    assert await search(week.sam, email=" maria@customer.EXAMPLE") == both
    assert await search(week.sam, contact="7") == both
    assert await search(week.sam, tag="refund") == [week.shoes]
    assert await search(week.sam, tag="refund", email="maria@customer.example", words="red") == [
        week.shoes
    ]
    assert await search(week.sam, tag="refund", queue="sales") == []
    assert await search(week.sam, email="other@customer.example") == []
    (row,) = (await week.sam.call("conversation.search", tag="refund"))["found"]
    assert row["tags"] == ["refund"]


async def _label(scene: Scene, number: int, labels: set[str]) -> None:
    """Put labels on a conversation, as another part of the desk does with its events."""
    (row,) = await scene.store.search(Search(number=number))
    changed = attrs.evolve(row, labels=row.labels | labels)
    event = Stored(type="conversation.Labelled", data=b"{}")
    write = Write(stream=row.stream, expected=row.version, events=(event,), summary=changed)
    await scene.store.commit(Commit(writes=(write,)))


@pytest.mark.parametrize(
    "wanted",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "5"},
        {"since": "yesterday"},
        {"words": 5},
        {"email": "maria"},
        {"colour": "red"},
        {"before": 2**60},
        {"stream": "conversation/x"},
    ],
    ids=str,
)
async def test_a_search_that_makes_no_sense_is_refused(scene: Scene, wanted: Any) -> None:
    """B29, B30."""
    sam = await scene.staff("sam", watch=True)
    assert await refused(sam, "conversation.search", **wanted) in ("invalid_type", "invalid_email")
    assert await refused(sam, "conversation.find") == "invalid_type"


async def test_words_are_taken_literally(scene: Scene) -> None:
    """A5."""
    ana = await scene.staff("ana")
    await talk(scene, await scene.visitor(), ana)
    for words in ('"', "red OR x", "NEAR(red)", "re*", "'; DROP TABLE journal;--", "%"):
        assert await search(ana, words=words) == []
