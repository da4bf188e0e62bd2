"""Front one: infection, testing, tracing, isolation, care."""
