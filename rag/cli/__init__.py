"""The command line: global options, the border where errors become one line and an exit code."""

from __future__ import annotations

import gettext
import logging
import os
import sys
from pathlib import Path

import click

from rag.cli.console import GivenPath, plain
from rag.errors import HoidapError

_LOCALE = Path(__file__).parent / "locale"
_COMMANDS = {
    "models": ("rag.cli.models", "models"),
    "ingest": ("rag.cli.documents", "ingest_command"),
    "watch": ("rag.cli.watch", "watch_command"),
    "docs": ("rag.cli.documents", "docs"),
    "meetings": ("rag.cli.meetings", "meetings"),
    "search": ("rag.cli.search", "search_command"),
    "ask": ("rag.cli.ask", "ask_command"),
    "chat": ("rag.cli.chat", "chat_command"),
    "chats": ("rag.cli.chats", "chats"),
    "ui": ("rag.cli.ui", "ui_command"),
    "password": ("rag.cli.ui", "password_command"),
    "eval": ("rag.cli.eval", "eval_command"),
    "calibrate": ("rag.cli.calibrate", "calibrate_command"),
    "flags": ("rag.cli.flags", "flags"),
    "verify": ("rag.cli.verify", "verify_command"),
    "backup": ("rag.cli.backup", "backup_command"),
    "restore": ("rag.cli.backup", "restore_command"),
    "doctor": ("rag.cli.doctor", "doctor_command"),
}


class _LazyGroup(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        from importlib import import_module

        module, attribute = _COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return _in_vietnamese(command)


def _in_vietnamese(command: click.Command) -> click.Command:
    """The words of the usage line that click takes from the command, not from its catalogue."""
    command.options_metavar = "[TÙY_CHỌN]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "LỆNH …"
        for child in command.commands.values():
            _in_vietnamese(child)
    return command


@click.group(
    cls=_LazyGroup,
    options_metavar="[TÙY_CHỌN]",
    subcommand_metavar="LỆNH …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Ví dụ: hoidap ingest van-ban/ rồi hoidap ask “Cuộc họp ngày 22/10 diễn ra ở đâu?”",
)
@click.option("--data", metavar="THƯ_MỤC", type=GivenPath(file_okay=False), help="Thư mục dữ liệu (hoặc HOIDAP_DATA).")
@click.option("--llm", metavar="TÊN|TỆP.gguf", help="Mô hình ngôn ngữ (hoặc HOIDAP_LLM).")
@click.option("--encoder", metavar="TÊN|THƯ_MỤC", help="Bộ mã hóa câu (hoặc HOIDAP_ENCODER).")
@click.version_option(package_name="hoidap", message="hoidap %(version)s", help="Hiện phiên bản.")
@click.pass_context
def app(ctx: click.Context, data: Path | None, llm: str | None, encoder: str | None) -> None:
    """Hỏi đáp tiếng Việt trên biên bản và tin bài về các cuộc họp, mỗi câu trả lời kèm trích dẫn.

    Chạy hoàn toàn trên máy này, không cần mạng.
    """
    from rag.settings import load_settings

    ctx.obj = load_settings(data=data.absolute() if data else None, llm=llm, encoder=encoder)


def main() -> None:
    """Run the command line; the only place that turns errors into exit codes."""
    os.environ["LANGUAGE"] = "vi"
    gettext.bindtextdomain("messages", str(_LOCALE))
    level = logging.getLevelNamesMapping().get(os.environ.get("LOGLEVEL", "").upper(), logging.ERROR)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        result = app(prog_name="hoidap", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        click.echo(f"Lỗi: {plain(_usage_line(error))}", err=True)
        return 2
    except HoidapError as error:
        logging.getLogger("hoidap").info("%s", error.detail)
        click.echo(f"Lỗi: {plain(error.line)}", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nĐã dừng.", err=True)
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - keeps the interpreter's last flush quiet
        return 0
    except Exception as error:  # the last resort: a person must never meet a traceback
        logging.getLogger("hoidap").debug("unexpected", exc_info=True)
        what = f"Lỗi: hoidap gặp lỗi không lường trước ({type(error).__name__}); "
        click.echo(what + "chạy lại với LOGLEVEL=DEBUG để xem chi tiết.", err=True)
        return 2


def _usage_line(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "hoidap"
    return f"{error.format_message()} Xem cách dùng bằng `{where} --help`."
