"""Flows are played: what a visitor meets who talks to a bot (S3-1 to S3-3, F43)."""

import pytest

from livechat_core.flow import Flow, Heard, Outcome, play
from livechat_core.flow.format import STEPS_PER_TURN, Go, Step
from tests.pure.flows import BYE, PERSON, Talk, small

MENU = {
    "say": ["Hello.", "What is it about?"],
    "ask": "topic",
    "choices": [
        {"text": "Prices", "to": "bye", "words": ["cost*", "how much"]},
        {"text": "Other", "to": "person"},
    ],
}


@pytest.fixture
def menu() -> Flow:
    return small(MENU, bye=BYE)


class TestChoices:
    def test_the_bot_speaks_first_and_offers_choices_S3_1(self, menu: Flow) -> None:
        talk = Talk(menu)
        assert talk.lines == ["Hello.", "What is it about?"]
        assert [line.choices for line in talk.reply.says] == [(), ("Prices", "Other")]
        assert talk.outcome is None

    @pytest.mark.parametrize(
        "line",
        ["Prices", " prices ", "1", "1.", "What does it cost?", "So how much is it", "PRICES!"],
    )
    def test_a_choice_is_pressed_counted_named_or_meant(self, menu: Flow, line: str) -> None:
        talk = Talk(menu).says(line)
        assert (talk.outcome, talk.lines) == (Outcome.CLOSE, ["Bye."])
        assert talk.answers == {"topic": "Prices"}

    def test_a_text_of_digits_comes_before_a_number(self) -> None:
        pages = [{"text": "2", "to": "two"}, {"text": "1", "to": "one"}]
        flow = small(
            {"say": "How many?", "choices": pages},
            one={"say": "One.", "end": "close"},
            two={"say": "Two.", "end": "close"},
        )
        assert Talk(flow).says("1").lines == ["One."]
        assert Talk(flow).says("2").lines == ["Two."]

    def test_other_words_may_have_a_way_of_their_own(self) -> None:
        flow = small({**MENU, "to": "bye"}, bye=BYE)
        talk = Talk(flow).says("I like trains")
        assert (talk.lines, talk.answers) == (["Bye."], {})

    def test_a_choice_that_reads_like_an_escape_is_a_choice(self) -> None:
        choices = [{"text": "An operator", "to": "bye"}, {"text": "Else", "to": "person"}]
        talk = Talk(small({"say": "Who?", "choices": choices}, bye=BYE))
        assert talk.says("an operator").lines == ["Bye."]


class TestMisunderstandings:
    def test_the_question_is_asked_again_and_then_a_person_comes(self, menu: Flow) -> None:
        talk = Talk(menu).says("hm")
        assert talk.lines == ["Sorry, I did not understand that.", "What is it about?"]
        assert talk.choices == ("Prices", "Other")
        talk.says("hm")
        assert (talk.outcome, talk.lines) == (Outcome.HAND_OFF, ["Somebody comes."])

    def test_how_often_and_with_which_words_is_up_to_the_flow(self) -> None:
        flow = small({**MENU, "sorry": "Prices or other?"}, {"tries": 3}, bye=BYE)
        talk = Talk(flow).says("hm", "hm")
        assert talk.lines == ["Prices or other?", "What is it about?"]
        assert talk.says("hm").outcome is Outcome.HAND_OFF

    def test_each_question_has_its_own_tries(self) -> None:
        choices = [{"text": "More", "to": "second"}, {"text": "Person", "to": "person"}]
        second = {"say": "Second?", "choices": [{"text": "Done", "to": "bye"}]}
        talk = Talk(small({"say": "First?", "choices": choices}, second=second, bye=BYE))
        assert talk.says("hm", "More", "hm").outcome is None
        assert talk.says("hm").outcome is Outcome.HAND_OFF

    def test_nothing_said_is_nothing_understood(self, menu: Flow) -> None:
        assert Talk(menu).says("").lines[0] == "Sorry, I did not understand that."


class TestPerson:
    @pytest.mark.parametrize("line", ["human", "Can I talk to a PERSON, please?", "operator!!"])
    def test_a_person_can_be_asked_for_at_any_time_S3_3(self, menu: Flow, line: str) -> None:
        assert Talk(menu, line).outcome is Outcome.HAND_OFF
        assert Talk(menu).says(line).outcome is Outcome.HAND_OFF

    def test_free_words_may_hold_such_a_word_by_chance(self) -> None:
        flow = small({"say": "What happened?", "ask": "story", "to": "bye"}, bye=BYE)
        assert Talk(flow).says("A human stepped on my drum").outcome is Outcome.CLOSE
        assert Talk(flow).says("Real person!").outcome is Outcome.HAND_OFF

    def test_who_asks_twice_is_handed_over_at_once(self) -> None:
        name = {"say": "Your name first?", "ask": "name", "to": "person"}
        flow = small(MENU, {"person": "name"}, name=name, bye=BYE)
        talk = Talk(flow).says("human")
        assert (talk.outcome, talk.lines) == (None, ["Your name first?"])
        talk.says("human")
        assert (talk.outcome, talk.lines) == (Outcome.HAND_OFF, [])

    def test_the_words_for_it_are_up_to_the_flow(self) -> None:
        flow = small(MENU, {"escape": ["berater*"]}, bye=BYE)
        assert Talk(flow, "einen Beraterin bitte").outcome is Outcome.HAND_OFF
        assert Talk(flow, "human").outcome is None


class TestAnswers:
    def test_claims_are_found_in_what_is_said_and_told_once(self) -> None:
        flow = small(
            {"say": "Name?", "ask": "name", "to": "mail"},
            mail={"say": "Mail?", "ask": "email", "to": "phone"},
            phone={"say": "Phone?", "ask": "phone", "to": "person"},
        )
        talk = Talk(flow).says(" Clara  Holm ")
        assert (talk.reply.name, talk.reply.email) == ("Clara Holm", "")
        talk.says("it is <Clara@Example.org>.")
        assert (talk.reply.name, talk.reply.email) == ("", "Clara@example.org")
        talk.says("call +45 (33) 00-00 00 please")
        assert (talk.reply.phone, talk.outcome) == ("+45 (33) 00-00 00", Outcome.HAND_OFF)
        assert talk.reply.note == ""

    @pytest.mark.parametrize(
        ("field", "line", "sorry"),
        [
            ("name", "support", "Please write your name alone."),
            ("email", "clara at home", "That does not look like an e-mail address."),
            ("phone", "12", "That does not look like a phone number."),
            ("shoe", "", "Sorry, I did not understand that."),
        ],
    )
    def test_what_is_none_is_asked_for_again(self, field: str, line: str, sorry: str) -> None:
        flow = small({"say": ["Hello.", "And?"], "ask": field, "to": "bye"}, bye=BYE)
        assert Talk(flow).says(line).lines == [sorry, "And?"]

    def test_what_is_known_is_not_asked_for(self) -> None:
        flow = small(
            {"say": "Name?", "ask": "name", "to": "mail"},
            mail={"say": "Mail?", "ask": "email", "to": "bye"},
            bye=BYE,
        )
        assert Talk(flow, name="Clara", email="c@example.org").lines == ["Bye."]
        assert Talk(flow, name="Clara").lines == ["Mail?"]

    def test_what_he_has_said_himself_is_not_asked_for_again(self) -> None:
        again = {
            "say": "Again?",
            "choices": [{"text": "Yes", "to": "first"}, {"text": "No", "to": "bye"}],
        }
        flow = small({"say": "Phone?", "ask": "phone", "to": "again"}, again=again, bye=BYE)
        assert Talk(flow).says("33 00 00 00", "yes").lines == ["Again?"]

    def test_a_pattern_is_looked_for_in_the_line(self) -> None:
        flow = small(
            {"say": "Number?", "ask": "order_number", "pattern": ["@@-####"], "to": "person"}
        )
        assert Talk(flow).says("It is ds-1234, I think").reply.note == "order number: ds-1234"
        assert Talk(flow).says("DS-12345").outcome is None

    def test_colleagues_read_each_answer_once(self) -> None:
        flow = small(
            {"say": "Day?", "ask": "day", "to": "person"},
            {"nobody": "late"},
            person={**PERSON, "note": "From the bot:"},
            late={"say": "Which topic?", "ask": "topic", "to": "left"},
            left={"end": "leave_message"},
        )
        talk = Talk(flow).says("Monday")
        assert talk.reply.note == "From the bot:\nday: Monday"
        talk.finds_nobody().says("Drums")
        assert (talk.outcome, talk.reply.note) == (Outcome.LEAVE_MESSAGE, "topic: Drums")
        assert talk.answers == {"day": "Monday", "topic": "Drums"}

    def test_a_new_answer_is_told_anew(self) -> None:
        flow = small(
            {"say": "Day?", "ask": "day", "to": "place"},
            {"nobody": "first"},
            place={"say": "Place?", "ask": "place", "to": "person"},
        )
        talk = Talk(flow).says("Monday", "Leipzig").finds_nobody().says("Friday", "Leipzig")
        assert talk.reply.note == "day: Friday\nplace: Leipzig"

    def test_long_answers_are_cut_and_the_memory_stays_small(self) -> None:
        many = {f"s{n}": {"say": "?", "ask": f"a{n}", "to": f"s{n + 1}"} for n in range(19)}
        flow = small({"say": "?", "ask": "first", "to": "s0"}, **many, s19=BYE)
        talk = Talk(flow).says(*["long " * 900] * 20)
        assert all(len(answer) == 125 for answer in talk.answers.values())
        assert sum(map(len, (*talk.reply.memory, *talk.reply.memory.values()))) < 4096


class TestResource:
    @pytest.fixture
    def resource(self) -> Flow:
        page = {"text": "All prices", "url": "https://shop.example/prices"}
        return small({"say": "From 500.", "links": [page], "unsolved": "person"})

    def test_a_page_is_shown_and_asked_about_S3_1(self, resource: Flow) -> None:
        talk = Talk(resource)
        assert talk.lines == [
            "From 500.",
            "All prices: https://shop.example/prices",
            "Did this help?",
        ]
        assert talk.choices == ("Yes", "No")

    @pytest.mark.parametrize("line", ["Yes", "yes, thank you", "1"])
    def test_if_it_helped_the_chat_is_closed_S3_2(self, resource: Flow, line: str) -> None:
        talk = Talk(resource).says(line)
        assert (talk.outcome, talk.lines) == (Outcome.CLOSE, ["Good to hear. Have a nice day!"])

    def test_if_it_did_not_help_it_goes_on_S3_3(self, resource: Flow) -> None:
        assert Talk(resource).says("No").outcome is Outcome.HAND_OFF
        assert Talk(resource).says("hm").choices == ("Yes", "No")
        assert Talk(resource).says("hm", "hm").outcome is Outcome.HAND_OFF

    def test_where_yes_leads_is_up_to_the_flow(self) -> None:
        flow = small({"say": "So.", "solved": "bye", "unsolved": "person"}, bye=BYE)
        assert Talk(flow).says("yes").lines == ["Bye."]


class TestCases:
    @pytest.mark.parametrize(
        ("case", "facts"),
        [
            ({"available": "busy"}, {"available": "busy"}),
            ({"available": ["busy", "offline"]}, {"available": "offline"}),
            ({"language": "fr"}, {"language": "fr-CA"}),
            ({"site": "shop"}, {"site": "shop"}),
            ({"queue": ["a", "b"]}, {"queue": "b"}),
            ({"signed_in": True}, {"signed_in": True}),
            ({"words": "rain*"}, {"question": "If it is RAINING?"}),
            ({"site": "shop", "signed_in": False}, {"site": "shop"}),
        ],
    )
    def test_a_case_holds_or_not(self, case: dict[str, object], facts: dict[str, str]) -> None:
        decide = {"cases": [{**case, "to": "bye"}], "to": "person"}
        top = {"languages": ["en", "fr"], "words": {"nobody": "?"}}
        flow = small(decide, top, bye=BYE)
        assert Talk(flow, **facts).lines == ["Bye."]
        assert Talk(flow, signed_in=not facts.get("signed_in")).lines == ["Somebody comes."]

    def test_the_first_case_that_holds_counts_and_lines_come_before(self) -> None:
        cases = [
            {"answers": {"topic": "Other"}, "to": "person"},
            {"answers": {"topic": "Prices"}, "to": "bye"},
            {"available": "online", "to": "person"},
        ]
        menu = {**MENU, "choices": [{**one, "to": "look"} for one in MENU["choices"]]}  # type: ignore[dict-item]
        flow = small(menu, look={"say": "Let me see.", "cases": cases, "to": "person"}, bye=BYE)
        assert Talk(flow).says("prices").lines == ["Let me see.", "Bye."]
        assert Talk(flow).says("other").lines == ["Let me see.", "Somebody comes."]


class TestNobody:
    def test_the_flow_says_what_happens_then(self) -> None:
        late = {"say": "Mail?", "ask": "email", "to": "left"}
        left = {"say": "Noted.", "end": "leave_message", "note": "Night."}
        flow = small({"to": "person"}, {"nobody": "late"}, late=late, left=left)
        talk = Talk(flow).finds_nobody()
        assert talk.lines == ["Mail?"]
        talk.says("c@example.org")
        assert (talk.outcome, talk.reply.email) == (Outcome.LEAVE_MESSAGE, "c@example.org")
        assert talk.reply.note == "Night."

    def test_by_itself_a_bot_asks_for_a_message(self) -> None:
        talk = Talk(small({"say": "Hm.", "end": "hand_off", "queue": "tax"}), "human")
        assert talk.outcome is Outcome.HAND_OFF
        talk.finds_nobody()
        assert talk.outcome is Outcome.LEAVE_MESSAGE
        assert talk.lines == ["Nobody is there to take over. Please leave a message."]

    def test_who_wants_a_person_again_is_not_sent_round_in_circles(self) -> None:
        again = {"say": "Else?", "choices": [{"text": "Menu", "to": "first"}]}
        person = {**PERSON, "note": "Menu."}
        flow = small(MENU, {"nobody": "again"}, again=again, bye=BYE, person=person)
        late = Talk(flow, available="offline").says("other").finds_nobody()
        late.says("menu", "other")
        assert (late.outcome, late.reply.note) == (Outcome.LEAVE_MESSAGE, "Menu.\ntopic: Other")
        assert late.lines == ["Nobody is there to take over. Please leave a message."]
        talk = Talk(flow).says("other").finds_nobody()
        assert talk.says("menu", "other").outcome is Outcome.HAND_OFF

    def test_who_insists_there_leaves_a_message_at_once(self) -> None:
        late = {"say": "Mail?", "ask": "email", "to": "left"}
        name = {"say": "Your name first?", "ask": "name", "to": "person"}
        top = {"nobody": "late", "person": "name"}
        left = {"end": "leave_message"}
        flow = small(MENU, top, late=late, left=left, name=name, bye=BYE)
        talk = Talk(flow, available="offline").says("other").finds_nobody().says("human")
        assert talk.outcome is Outcome.LEAVE_MESSAGE
        assert talk.lines == ["Nobody is there to take over. Please leave a message."]

    def test_an_unchecked_flow_does_not_hand_over_when_told_that_nobody_is_there(self) -> None:
        flow = small({"to": "person"})
        circle = Flow(steps=flow.steps, start="first", person="person", nobody="person")
        assert Talk(circle).finds_nobody().outcome is Outcome.LEAVE_MESSAGE


class TestLanguages:
    @pytest.fixture
    def both(self) -> Flow:
        words = {"nobody": "?", "sorry": {"fr": "Pardon."}}
        menu = {
            "say": {"en": "Topic?", "fr": "Sujet ?"},
            "ask": "topic",
            "choices": [{"text": {"en": "Prices", "fr": "Tarifs"}, "to": "person"}],
        }
        return small(menu, {"languages": ["en", "fr"], "words": words})

    @pytest.mark.parametrize(
        ("language", "line"),
        [("fr", "Sujet ?"), ("FR_be", "Sujet ?"), ("de", "Topic?"), ("", "Topic?")],
    )
    def test_a_visitor_reads_his_own_language(self, both: Flow, language: str, line: str) -> None:
        assert Talk(both, language=language).lines == [line]

    def test_colleagues_read_the_first_language(self, both: Flow) -> None:
        talk = Talk(both, language="fr").says("hein")
        assert talk.lines[0] == "Pardon."
        assert talk.says("tarifs").reply.note == "topic: Prices"


def test_a_visitor_whose_question_is_gone_begins_anew(menu: Flow) -> None:
    assert play(menu, Heard(memory={"step": "gone"})) == play(menu, Heard())
    assert play(menu, Heard(memory={"step": "bye"})) == play(menu, Heard())


def test_an_unchecked_flow_that_runs_in_circles_hands_over() -> None:
    flow = Flow(steps={"a": Step(then=Go(to="a"))}, start="a", person="a")
    assert play(flow, Heard()).outcome is Outcome.HAND_OFF


def test_a_turn_may_have_as_many_steps_as_the_check_allows() -> None:
    steps = {f"s{n}": {"to": f"s{n + 1}"} for n in range(STEPS_PER_TURN - 2)}
    flow = small({"to": "s0"}, **steps, **{f"s{STEPS_PER_TURN - 2}": BYE})
    assert Talk(flow).lines == ["Bye."]


def test_a_queue_is_named_where_it_hands_over() -> None:
    flow = small({"say": "So.", "end": "hand_off", "queue": "tax", "note": "Tax."})
    assert (Talk(flow).reply.queue, Talk(flow).reply.note) == ("tax", "Tax.")
