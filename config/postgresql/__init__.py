"""Django's PostgreSQL backend, which starts Broadsheet's own server where DATABASE_URL names none."""
