"""A settings file to begin with: everything that can be set, commented out."""

from __future__ import annotations

from collections.abc import Mapping

from annotations.language import LANGUAGES, _, language
from tui.display import display_line
from tui.settings import COLUMNS, KEYS, MEASURES, Action, Settings
from tui.settings_form import THEMES
from tui.toml_lines import listed, toml, toml_key


def example(actions: Mapping[str, Action]) -> str:
    """A settings file with everything that can be set, as it is by default and commented out."""
    from tui import keynames

    default = Settings()
    settings = (
        (_("The language of Chiosa: {names}. Else the terminal's."), "language", language(), LANGUAGES),
        (_("The colours: {names}."), "theme", default.theme, THEMES),
        (_("How wide a text becomes at most, in cells: {names}."), "measure", default.measure, MEASURES),
        (_("The columns of the list of articles, of {names}."), "columns", default.columns, COLUMNS),
        (
            _("Whether only what has changed is sent to the terminal: {names}. false if it shows wrong."),
            "changed_cells", default.changed_cells, (True, False),
        ),
    )  # fmt: skip
    lines = ["# " + _("Settings of Chiosa. Take the # away from a line to change what it sets.")]
    for says, name, value, known in settings:
        names = f"{known[0]}…{known[-1]}" if isinstance(known, range) else listed(known)
        lines += ["", f"# {says.format(names=names)}", f"# {name} = {toml(value)}"]
    lines += ["", f"[{KEYS}]", "# " + _("One key or several for an action; the others keep theirs.")]
    heading = ""
    for name, action in actions.items():
        if heading != (action.group or action.context):
            heading = action.group or action.context
            lines += ["", "# " + display_line(_(heading))]
        keys = toml([keynames.shown(key) for key in action.keys])
        remarks = filter(None, (_(action.does), _("cannot be changed") if action.keeps else ""))
        does = display_line("; ".join(remarks))
        lines.append(f"# {toml_key(name)} = {keys}" + (f"  # {does}" if does else ""))
    return "\n".join([*lines, ""])
