"""A simulated study with planted truth: to try Lokus on, and to test its estimates against."""
