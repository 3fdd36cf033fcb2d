"""What was handed in: folders, zips and tars of submissions, read member by member.

Nothing is ever extracted and no promise of an archive is trusted: names are checked, sizes are
counted while reading, links and devices are refused. Each refusal is a `Problem` of its own, so
that one student's broken archive costs no other student a grade.
"""
