"""Fair comparison of groups: what chance, case mix and few people leave of a difference."""
