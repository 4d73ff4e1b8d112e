"""Two dashboard servers, one PostgreSQL, one folder, thirty people: what was sent, and what stands afterwards."""
