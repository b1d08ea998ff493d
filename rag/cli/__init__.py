"""The command line: global options, the border where errors become one line and an exit code."""

from __future__ import annotations

import gettext
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from rag.cli.console import GivenPath, plain
from rag.errors import HoidapError

_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class _Command:
    """Where a command lives, and its line in the list of commands, which is shown without importing it."""

    module: str
    attribute: str
    short_help: str


_COMMANDS = {
    "models": _Command("rag.cli.models", "models", "Xem, tải và kiểm tra các mô hình."),
    "ingest": _Command("rag.cli.documents", "ingest_command", "Nạp tệp hoặc thư mục vào kho."),
    "watch": _Command("rag.cli.watch", "watch_command", "Theo dõi một thư mục và nạp mọi thay đổi."),
    "docs": _Command("rag.cli.documents", "docs", "Xem và xóa tài liệu trong kho."),
    "meetings": _Command(
        "rag.cli.meetings",
        "meetings",
        "Các cuộc họp mà tài liệu trong kho ghi lại, mỗi trường kèm chỗ đứng trong văn bản.",
    ),
    "search": _Command("rag.cli.search", "search_command", "Tìm các đoạn gần câu hỏi nhất, kèm điểm."),
    "ask": _Command("rag.cli.ask", "ask_command", "Trả lời một câu hỏi, hoặc cả tệp câu hỏi."),
    "chat": _Command("rag.cli.chat", "chat_command", "Trò chuyện trong cửa sổ lệnh."),
    "chats": _Command("rag.cli.chats", "chats", "Các cuộc trò chuyện đã lưu, của từng người dùng."),
    "ui": _Command("rag.cli.ui", "ui_command", "Mở giao diện trong trình duyệt."),
    "password": _Command("rag.cli.ui", "password_command", "Đặt mật khẩu cho giao diện."),
    "eval": _Command("rag.cli.eval", "eval_command", "Đo chất lượng trên một bộ câu hỏi."),
    "calibrate": _Command("rag.cli.calibrate", "calibrate_command", "Khớp độ tin cậy trên các bộ câu hỏi."),
    "flags": _Command("rag.cli.flags", "flags", "Các câu trả lời bị báo sai."),
    "verify": _Command("rag.cli.verify", "verify_command", "Kiểm lại câu trả lời đã lưu."),
    "backup": _Command("rag.cli.backup", "backup_command", "Sao lưu cả kho vào một tệp."),
    "restore": _Command("rag.cli.backup", "restore_command", "Phục hồi kho từ tệp sao lưu."),
    "doctor": _Command("rag.cli.doctor", "doctor_command", "Kiểm tra toàn bộ cài đặt."),
}


class _LazyGroup(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        from importlib import import_module

        found = _COMMANDS[name]
        command: click.Command = getattr(import_module(found.module), found.attribute)
        return _in_vietnamese(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, command.short_help) for name, command in _COMMANDS.items()])


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
