"""A placeholder for a package that is not available: any use of it raises, where it is used."""

from __future__ import annotations

from typing import Any, NoReturn

#: Special methods that Python looks up on the type; each of them raises ModuleNotFoundError.
_SPECIAL = (
    "__call__", "__getitem__", "__setitem__", "__delitem__", "__iter__", "__next__", "__len__",
    "__contains__", "__enter__", "__exit__", "__bool__", "__eq__", "__ne__", "__lt__", "__le__",
    "__gt__", "__ge__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__",
    "__truediv__", "__rtruediv__", "__matmul__", "__rmatmul__", "__neg__", "__int__", "__float__",
    "__index__", "__mro_entries__", "__instancecheck__", "__subclasscheck__", "__await__",
    "__array__",
)  # fmt: skip


class Absent:
    """Placeholder that is bound to the names of a failed import."""

    def __init__(self, package: str) -> None:
        object.__setattr__(self, "_package", package)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # looked up by inspect, copy etc., not by a student
        _refuse(self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        _refuse(self)

    def __repr__(self) -> str:
        return f"<{object.__getattribute__(self, '_package')} is not available here>"


def _refuse(absent: Absent, *_: Any, **__: Any) -> NoReturn:
    package = object.__getattribute__(absent, "_package")
    raise ModuleNotFoundError(f"{package} is not available here", name=package)


for _name in _SPECIAL:
    setattr(Absent, _name, _refuse)
