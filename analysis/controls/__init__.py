"""Export controls: the law as data, status by day, margins, the largest chip that passes (notebook 02)."""
