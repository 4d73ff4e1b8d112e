"""Parts of an entity's page, one a tab or a frame; each takes what the core found and shows it."""
