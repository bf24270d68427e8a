//! What log lines mean: bytes in, sightings out.
