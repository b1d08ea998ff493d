"""The button under every answer, and the dialog that asks what is wrong with it."""

from __future__ import annotations

from rag.flags.store import LONGEST
from ui.quality import labels
from ui.render import Html, element, field
from ui.toolkit import serial_number


def flag_button(message: int) -> Html:
    """Opens the dialog for the answer of this exchange."""
    style = "hd-quiet-button hd-flag"
    return element("button", labels.FLAG, type="button", class_=style, data_flag=message, data_done=labels.FLAGGED)


def dialog() -> Html:
    """The dialog itself, once in the page."""
    choices = (
        element("label", field("radio", name="wrong", value=wrong.value), element("span", words))
        for wrong, words in labels.CHOICES.items()
    )
    return element(
        "dialog",
        element("h2", labels.FLAG_TITLE),
        element("fieldset", element("legend", labels.FLAG_TITLE, class_="hd-announcer"), *choices, class_="hd-choices"),
        text_area("expected", labels.EXPECTED),
        text_area("note", labels.NOTE),
        element("p", labels.FLAG_HINT, class_="hd-hint"),
        element("p", class_="hd-flag-problem", role="alert"),
        element(
            "div",
            element("button", labels.CANCEL, type="button", data_flag_close=True),
            element("button", labels.SEND, type="button", class_="hd-primary", data_flag_send=labels.CHOOSE),
            class_="hd-dialog-buttons",
        ),
        class_="hd-dialog hd-flag-dialog",
        data_form=True,
        aria_label=labels.FLAG_TITLE,
    )


def text_area(name: str, label: str, value: str = "", rows: int = 2) -> Html:
    """A labelled field of several lines."""
    area = element("textarea", value, name=name, rows=rows, maxlength=LONGEST)
    return element("label", element("span", label), area, class_="hd-area")


def outcome(line: str, message: str, *, done: bool) -> Html:
    """What the dialog hears of this exchange: it closes when it is done and shows the line when it is not."""
    return element("p", line, data_done="yes" if done else "no", data_message=message, data_drawn=serial_number())
