"""Results to figures to HTML and PDF, in Chinese and English."""
