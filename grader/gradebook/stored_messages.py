"""Store messages in a text column as key and values, so that each reader gets their language."""

from __future__ import annotations

import json
from typing import Any

from ..errors import Message, Messages

#: Start of a stored message with a key; plain text is stored as it is.
_BEGIN = '{"key": '


def stored(message: Message) -> str:
    """Return the stored form of a message: JSON if it has a key, else its text."""
    return json.dumps(_data(message), ensure_ascii=False) if message.key else message.text


def recalled(text: str) -> Message:
    """Return the message for a stored text; earlier versions stored finished sentences."""
    if text.startswith(_BEGIN):
        try:
            message = _value(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Message(text)
        if isinstance(message, Message) and message.key:
            return message
    return Message(text)


def _data(value: object) -> object:
    if isinstance(value, Message):
        if not value.key:
            return {"text": value.text}
        filled = {name: _data(each) for name, each in value.values.items()}
        return {"key": value.key, "values": filled}
    if isinstance(value, Messages):
        return {"parts": [_data(each) for each in value.parts], "between": _data(value.between)}
    if isinstance(value, list):
        return [_data(each) for each in value]
    return value


def _value(data: Any) -> object:
    if isinstance(data, list):
        return [_value(each) for each in data]
    if not isinstance(data, dict):
        return data
    if "text" in data:
        return Message(data["text"])
    if "parts" in data:
        return Messages(map(_value, data["parts"]), _value(data["between"]))
    family, _, key = str(data["key"]).partition(".")
    return Message(family, key, **{name: _value(each) for name, each in data["values"].items()})
