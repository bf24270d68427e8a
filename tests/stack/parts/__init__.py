"""The parts of the test stack: build, processes, API, CRDs, users, loading, logs."""
