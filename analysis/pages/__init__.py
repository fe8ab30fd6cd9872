"""What pages are made of: number formats, tables and palette, the frame of a drawing."""

from analysis.pages.style import cited, finding, markdown, table

__all__ = ["cited", "finding", "markdown", "table"]
