"""What pages are made of: number formats, tables and palette, the frame of a drawing."""

from analysis.pages.style import markdown, table

__all__ = ["markdown", "table"]
