"""Parts of the model's room, and the picture of a line's shape, which the entity's page draws as well."""
