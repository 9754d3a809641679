"""Why two departments differ: traced lead by lead, since both have the same draws.

`paths` follows each lead through both, `parts` splits the difference by where their results
part, `evidence` measures what was different there, `causes` names it and `words` says it.
Reads records of runs only; knows nothing of studies, pages or what was changed in a scenario.
"""
