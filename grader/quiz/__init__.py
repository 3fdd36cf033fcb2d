"""Quizzes that know why an answer is wrong.

items    quiz items: read from TOML, drawn as variants, proved
answers  typed answers: parsed and judged
play     one run of questions, and the state stored between runs
exams    papers, sealed answers, marks
export   formats of other systems
"""
