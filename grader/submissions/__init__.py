"""Read what was handed in: folders, zips and tars of submissions, member by member.

Nothing is ever extracted and no claim of an archive is trusted: names are checked, sizes are
counted while reading, links and devices are refused. Each refusal is a separate `Problem`, so
that one student's broken archive does not affect the grade of another.
"""
