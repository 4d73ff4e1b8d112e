"""The whole screening at the size of a city: seeded data, the limits it can be held against, and what else one could use."""
