"""Stand-ins for packages that only show things: plots, widgets, progress bars, IPython, Colab.

They accept everything and show nothing. Packages that compute have no stand-in, because a silent
dummy would give wrong results.
"""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAMES = frozenset(
    {
        "matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "altair", "IPython",
        "ipywidgets", "google", "tqdm", "graphviz", "learncnn", "torchviz", "torchsummary",
        "torchinfo", "livelossplot", "ipympl", "pydot",
    }
)  # fmt: skip
#: Names that a cell uses without an import.
_BUILTINS = ("get_ipython", "display")
#: Searched for in one go: comparing name by name makes a child copy 15 pages.
_MENTIONED = re.compile("|".join([*NAMES, *_BUILTINS]))
#: Functions that iterate over their argument: `for x in tqdm(batches)`.
_PROGRESS = frozenset({"tqdm", "tqdm_notebook", "tqdm_gui"})


class Shown:
    """Accepts calls, attributes and items without effect; is false, empty, and prints as ""."""

    def __init__(self, name: str = "") -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Shown(name)

    def __setattr__(self, name: str, value: object) -> None:
        return

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        name = self.__dict__["_name"]
        if name == "trange":
            return ProgressShown(range(*arguments))
        if name in _PROGRESS:
            return ProgressShown(arguments[0] if arguments else options.get("iterable", ()))
        if name == "subplots":
            return Shown(), _axes(*arguments[:2], **options)
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]  # a decorator
        return Shown()

    def __getitem__(self, key: object) -> Any:
        return Shown()

    def __setitem__(self, key: object, value: object) -> None:
        return

    def __iter__(self) -> Iterator[Any]:
        # The length that `a, b = plt.hist(x)[:2]` needs is unknown, so a stand-in is empty.
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __str__(self) -> str:
        return ""

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return ""

    def __contains__(self, item: object) -> bool:
        return False

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (object,)


class ProgressShown(Shown):
    """Progress bar that iterates over its items and shows nothing."""

    def __init__(self, items: Any) -> None:
        self.__dict__.update(_name="", _items=items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__dict__["_items"])

    def __len__(self) -> int:
        return len(self.__dict__["_items"])


def _axes(nrows: Any = 1, ncols: Any = 1, *, squeeze: bool = True, **_: Any) -> Any:
    """Return the axes that `plt.subplots` returns with the figure: one, a row, or a grid."""
    import numpy as np

    try:
        rows, columns = int(nrows), int(ncols)
    except (TypeError, ValueError):
        return Shown()
    if not 0 < rows * columns <= 10_000:
        return Shown()
    axes = np.empty((rows, columns), dtype=object)
    for index in np.ndindex(axes.shape):
        axes[index] = Shown()
    if not squeeze:
        return axes
    axes = axes.squeeze()
    return axes if axes.ndim else axes.item()


class _StandIn(ModuleType):
    """Module that has every attribute."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return []
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return sys.modules.get(f"{self.__name__}.{name}") or Shown(name)


class Finder:
    """Finds the stand-ins, also if packages of the same name are installed."""

    def __init__(self) -> None:
        self.names = NAMES

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top, _, rest = name.partition(".")
        if top not in self.names or (top == "google" and rest and not rest.startswith("colab")):
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__path__"] = []


def install(source: str) -> None:
    """Install the stand-ins, before all other modules, if `source` mentions any of them."""
    mentioned = set(_MENTIONED.findall(source))
    for name in mentioned.intersection(_BUILTINS):
        setattr(builtins, name, Shown(name))
    if mentioned.difference(_BUILTINS):
        sys.meta_path.insert(0, Finder())


def end_loading(source: str) -> None:
    """Remove the stand-in for learncnn, which a cell may import but no judged function needs."""
    if "learncnn" not in source:  # iterating over `sys.modules` makes a child copy 120 pages
        return
    for finder in sys.meta_path:
        if isinstance(finder, Finder):
            finder.names = NAMES - {"learncnn"}
    own = [n for n in sys.modules if type(n) is str and n.partition(".")[0] == "learncnn"]
    for name in own:
        if isinstance(sys.modules[name], _StandIn):
            del sys.modules[name]
