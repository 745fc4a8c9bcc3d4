"""Lines that are all there is to a widget: no border, no padding, no background of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget as _Widget
else:  # Textual takes a widget's styles from the first of its bases that is a widget
    _Widget = object


class PlainLines(_Widget):
    """Shows what `render_line` draws; what Textual would look up of styles for each line is left out."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the widget."""
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            background = self.background_colors[1]
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips
