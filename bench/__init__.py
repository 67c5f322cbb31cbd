"""`make bench`: every promise about speed, measured beside what it is compared with."""
