"""`hoidap chat`: a conversation in the terminal."""

from __future__ import annotations

import click

from rag.cli.ask import as_text, show_progress, show_understood
from rag.cli.console import plain
from rag.errors import HoidapError
from rag.library import Library
from rag.records import Done, Turn
from rag.settings import Settings


@click.command("chat", short_help="Trò chuyện trong cửa sổ lệnh.", epilog="Ví dụ: hoidap chat --extractive")
@click.option("--extractive", is_flag=True, help="Chỉ trích nguyên văn, không dùng mô hình ngôn ngữ.")
@click.pass_obj
def chat_command(settings: Settings, extractive: bool) -> None:
    """Trò chuyện trong cửa sổ lệnh; câu sau hiểu theo câu trước. Ctrl-C dừng câu đang viết, Ctrl-D thoát."""
    click.echo("Hãy đặt câu hỏi (Ctrl-D để thoát).")
    turns: list[Turn] = []
    with Library.open(settings) as library:
        while (question := _next_question()) is not None:
            try:
                turns.extend(_turn(library, question, turns, extractive))
            except HoidapError as error:
                click.echo(f"\nLỗi: {plain(error.line)}", err=True)
            except KeyboardInterrupt:
                click.echo("\nĐã dừng.", err=True)


def _next_question() -> str | None:
    while True:
        try:
            question = input("\n> ").strip()
        except EOFError:
            return None
        if question:
            return question


def _turn(library: Library, question: str, turns: list[Turn], extractive: bool) -> list[Turn]:
    from rag.answer import ask

    for event in ask(library, question, turns, extractive=extractive):
        if isinstance(event, Done):
            answer = event.answer
            show_understood(answer)
            click.echo("\n" + as_text(answer))
            return [(question, answer.answer)]
        show_progress(event)
    return []
