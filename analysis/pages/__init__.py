"""What pages are made of: number formats, tables and palette, the frame of a drawing."""

from analysis.pages.style import cited, markdown, table

__all__ = ["cited", "markdown", "table"]
