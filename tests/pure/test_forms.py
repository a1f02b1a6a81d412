"""What a site asks its visitors."""

from livechat_core.forms import Ask, Form


def test_by_default_a_form_has_three_fields_and_needs_none_S1_2() -> None:
    form = Form()

    assert form.required == ()
    assert [form.shows(name) for name in ("name", "email", "question", "phone", "order")] == [
        *(True, True, True, False, False)
    ]


def test_every_field_is_shown_or_required_or_hidden_S1_2() -> None:
    form = Form(name="required", email="hidden", fields={"order": Ask.REQUIRED, "size": Ask.SHOWN})

    assert form.required == ("name", "order")
    assert list(form.asked) == ["name", "email", "phone", "question", "order", "size"]
    assert form.shows("size")
    assert not form.shows("email")
