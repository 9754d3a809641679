"""The same models written with other simulation libraries, each in that library's natural style."""
