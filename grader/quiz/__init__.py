"""Quizzes that know why an answer is wrong.

items    questions as data: read, drawn as variants, proved
answers  what a person typed, parsed and judged
play     one run of questions, and what is remembered between runs
exams    papers, sealed answers, points
export   other systems' formats
"""
