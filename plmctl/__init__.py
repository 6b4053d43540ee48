"""A Git-native registry for prompts, models and data."""

__version__ = "0.2.0"
