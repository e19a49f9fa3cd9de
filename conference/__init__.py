"""Tongxing 同行: the meeting office of a committee that works through its member units."""

__version__ = "0.1.0"
