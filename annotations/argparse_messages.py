"""What argparse says by itself, for the catalogue: the message ids that its source asks gettext for.

Nothing imports this. They are those of Python 3.11 to 3.14 that a person can bring about; what it says of a
parser that is set up wrong stays as it is.
"""

from __future__ import annotations

from annotations.language import N_, n_

HELP = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("%(heading)s:"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
)
ERRORS = (
    N_("%(prog)s: error: %(message)s\n"),
    N_("%(prog)s: warning: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("unexpected option string: %s"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)"),
)


def expected(number: int) -> str:
    """The one message of argparse that counts."""
    return n_("expected %s argument", "expected %s arguments", number)
