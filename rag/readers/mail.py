"""Messages (.eml) and web archives (.mhtml): both are MIME."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parsedate_to_datetime

from rag.encodings import decoded
from rag.errors import UnreadableDocument
from rag.readers import web
from rag.readers.blocks import Blocks
from rag.records import Extracted, Published

_ADDRESSES = ("From", "To", "Cc")
_HEADERS = (*_ADDRESSES, "Subject", "Date", "Content-Type")
_BROKEN = UnreadableDocument("Thư bị hỏng.", next_step="Hãy lưu lại thư thành tệp .eml.")


def read(raw: bytes) -> Extracted:
    """Subject (the title), addresses and the letter's own text; attachments are documents of their own.

    Raises:
        UnreadableDocument: no text.
    """
    message = _parsed(raw)
    if not any(name in message for name in _HEADERS):
        raise UnreadableDocument("Tệp này không phải thư.", next_step=_BROKEN.next_step)
    blocks = Blocks()
    blocks.add(_header(message, "Subject"), title=True)
    blocks.add("\n".join(f"{name}: {value}" for name in _ADDRESSES if (value := _header(message, name))))
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        for paragraph in _body_text(body).split("\n\n"):
            blocks.add(paragraph)
    return blocks.extracted(_sent(message))


def read_archive(raw: bytes) -> Extracted:
    """The page of a web archive.

    Raises:
        UnreadableDocument: there is none, or it has no text.
    """
    page = next((part for part in _parsed(raw).walk() if part.get_content_type() == "text/html"), None)
    if page is None:
        raise UnreadableDocument("Tệp .mhtml không có trang nào.", next_step="Hãy lưu lại trang thành .html.")
    return web.read(_bytes(page), charset=page.get_content_charset())


def attachments(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of every attachment; a forwarded message is one named `*.eml`.

    Raises:
        UnreadableDocument: the message is damaged.
    """
    try:
        for number, part in enumerate(_parsed(raw).iter_attachments(), start=1):
            if part.get_content_type() == "message/rfc822":
                inner = part.get_content()
                yield f"{_header(inner, 'Subject') or number}.eml", inner.as_bytes()
            elif name := part.get_filename():
                yield name, _bytes(part)
    except (UnreadableDocument, GeneratorExit):
        raise
    except Exception as error:  # hostile headers fail inside the parser in many ways
        raise UnreadableDocument(_BROKEN.problem, next_step=_BROKEN.next_step, detail=repr(error)) from error


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _header(message: MIMEPart, name: str) -> str:
    """A header's decoded value, empty where there is none or its form is broken."""
    try:
        return " ".join(str(message[name] or "").split())
    except Exception:  # see `attachments`
        return ""


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body_text(body: MIMEPart) -> str:
    raw = _bytes(body)
    if body.get_content_type() == "text/html":
        return web.read(raw, charset=body.get_content_charset(), whole=True).text
    return decoded(raw, body.get_content_charset()).replace("\r\n", "\n")


def _sent(message: EmailMessage) -> Published | None:
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
    except Exception:  # see `attachments`
        return None
    # The day where it was sent; without a zone it is taken as written.
    return Published((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date().isoformat(), "day", "file")
