"""The framework of a source is that of its import statements, whatever else stands in it."""

import pytest

from learncnn.grader.submissions.framework import framework_of


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "import torch.nn as nn\n",
        "from torch import nn",
        "from torch.nn.functional import pad",
        "\n" * 1000 + "  \t import \t torch",
        "def f():\n    from torch import tensor\n",
        "import numpy as np, torch",
        "import numpy as np; import torch as t",
        "try: import torch\nexcept ImportError: pass",
        "import \\\n    torch",
        "import numpy, \\\n torch.nn",
        'x = """\n"""; import torch',
        "x = 'it\\'s'  # a comment's quote\nimport torch",
        's = "unclosed\nimport torch',
        "f = (\nimport torch",  # what does not parse is loaded as what it says
        "\fimport torch",
    ],
)
def test_what_imports_torch_is_torch(source):
    assert framework_of(source) == "torch"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import numpy as np",
        "import torchvision",
        "from torch_utils import x",
        "from . import torch",
        "from .torch import x",
        "import mytorch, numpy.torch",
        "# import torch",
        "x = 1  # import torch",
        '"""\nimport torch\nfrom torch import nn\n"""',
        "'''\n\\'''\nimport torch\n'''",
        "s = 'a\\\nimport torch'",
        "x = 'import torch; import torch'",
        "torch = 3\nprint(torch)",
        "reimport = torch",
    ],
)
def test_what_only_mentions_torch_is_numpy(source):
    assert framework_of(source) == "numpy"
