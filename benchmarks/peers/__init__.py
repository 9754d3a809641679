"""The same models written with other simulation libraries, each in its own natural style."""
