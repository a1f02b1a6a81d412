"""Stores and ERM adapters that come with the library."""
