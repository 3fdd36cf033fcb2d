"""Serve quiz and review: a page, and one request for each step of a question."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ..course.catalog import load_catalog, title_of
from ..course.lesson_catalog import load_lessons
from ..errors import UsageError
from ..i18n.texts import language, listed, say
from ..quiz.answers.parse import Refused
from ..quiz.items import bank
from ..quiz.items.codes import home_of, sentence
from ..quiz.items.item import LETTERS
from ..quiz.items.variants import Variant
from ..quiz.items.wording import show
from ..quiz.play.asking import Answered
from ..quiz.play.choose import choose_due, choose_quiz, nothing_due
from ..quiz.play.json_quiz import typed_of
from ..quiz.play.summary import summarise
from .asked import body_of, field, learner_of
from .command_links import linked
from .learners import Learner
from .page_templates import filled
from .quiz_runs import PageQuiz, PageQuizzes

#: Number of questions of a quiz and of a review, as on the command line.
QUIZ, REVIEW = 5, 10
#: Name of the quiz page that asks due questions.
DUE = "review"
#: Maximum length of an answer, in characters; formulas are far shorter.
MAX_ANSWER = 2000


def show_quiz(request: Request) -> Response:
    """Show the page of a quiz about an exercise, a lesson, a unit or a subject."""
    target = request.path_params["target"]
    return _page("quiz.html.j2", say("serve", "quiz.title", target=_name(target)), target)


def show_review(request: Request) -> Response:
    """Show the page of a review."""
    return _page("quiz.html.j2", say("serve", "quiz.review"), DUE)


async def start_quiz(request: Request) -> Response:
    """Choose questions and ask the first one."""
    target = field(await body_of(request), "target", str)
    quizzes: PageQuizzes = request.app.state.quizzes
    return await run_in_threadpool(_started, quizzes, learner_of(request), target)


async def answer_question(request: Request) -> Response:
    """Judge an answer; invalid input is refused and may be corrected."""
    entry = await body_of(request)
    parts = entry.get("answer")
    parts = parts if isinstance(parts, list) else [parts]
    if not all(isinstance(part, str) for part in parts) or sum(map(len, parts)) > MAX_ANSWER:
        raise UsageError("serve", "body")
    return await run_in_threadpool(_judged, _quiz(request), typed_of(entry))


async def settle_question(request: Request) -> Response:
    """Store the answer with the learner's confidence, and show every explanation."""
    sure = (await body_of(request)).get("sure")
    if sure not in (True, False, None):
        raise UsageError("serve", "body")
    return await run_in_threadpool(_settled, _quiz(request), sure)


async def next_question(request: Request) -> Response:
    """Ask the next question, or sum up after the last."""
    return await run_in_threadpool(_next, _quiz(request))


def _page(template: str, title: str, target: str) -> Response:
    return HTMLResponse(filled(template, page="quiz", title=title, target=target))


def _name(target: str) -> str:
    """Return the subject of a quiz as text. Raises HTTPException if it does not exist."""
    info = load_catalog().exercises.get(target) or load_lessons().get(target)
    if info is not None:
        return f"{target} {title_of(info)}"
    units = load_catalog().units
    if target in units:
        return f"{target} {units[target][language()]}"
    if target in bank.EXTRA_BANKS:
        return say("serve", f"quiz.{target}")
    raise HTTPException(404)


def _quiz(request: Request) -> PageQuiz:
    quizzes: PageQuizzes = request.app.state.quizzes
    return quizzes.find(learner_of(request), request.path_params["run"])


def _started(quizzes: PageQuizzes, learner: Learner, target: str) -> Response:
    state_dir = learner.workspace.state_dir
    with learner.lock:
        if target == DUE:
            chosen = choose_due(state_dir, REVIEW)
        else:
            _name(target)
            chosen = choose_quiz([target], QUIZ, state_dir)
    if not chosen.asked:
        text = linked(nothing_due(chosen.state))
        return JSONResponse({"summary": filled("sentence.html.j2", text=text)})
    quiz = PageQuiz(learner, chosen.asked, chosen.later)
    quizzes.add(quiz)
    return _next(quiz)


def _next(quiz: PageQuiz) -> Response:
    with quiz.lock:
        variant = quiz.next()
        if variant is None:
            return JSONResponse({"run": quiz.id, "summary": _summary_html(quiz)})
        html = _question_html(variant, quiz.number, quiz.total)
        answer = {"run": quiz.id, "html": html, "number": quiz.number, "total": quiz.total}
        return JSONResponse(answer)


def _judged(quiz: PageQuiz, text: str) -> Response:
    with quiz.lock:
        found = quiz.answer(text)
    if isinstance(found, Refused):
        return JSONResponse({"refused": found.message()})
    if found.dont_know:
        return _settled(quiz, None)
    return JSONResponse({"accepted": True, "given": found.given})


def _settled(quiz: PageQuiz, sure: bool | None) -> Response:
    with quiz.lock:
        answered, note = quiz.settle(sure)
        last = len(quiz.result().answered) == quiz.total
    html = _verdict_html(answered, note)
    return JSONResponse({"html": html, "right": answered.judgement.right, "last": last})


def _question_html(variant: Variant, number: int, total: int) -> str:
    from ..lessons.unbroken import unbroken
    from ..quiz.export.question_html import inline, table

    spoken, item = language(), variant.item
    partners = [variant.text(item.parts[n].partner, spoken) for n in variant.partners]
    names = listed(item.variables)
    return filled(
        "quiz_question.html.j2",
        heading=say("quiz", "heading", number=number, total=total),
        item=item,
        stem=[
            Markup(inline(unbroken(line)))
            for line in variant.stem(spoken).split("\n")
            if line.strip()
        ],
        figures=[Markup(table(name, matrix)) for name, matrix in variant.figures.items()],
        choices=[Markup(inline(unbroken(choice.text[spoken]))) for choice in variant.choices],
        partners=[Markup(inline(text)) for text in partners],
        letters=LETTERS,
        ask=say("quiz", f"ask.{item.kind}", names=names) if not variant.choices else "",
    )


def _verdict_html(answered: Answered, note: str) -> str:
    from ..lessons.unbroken import unbroken
    from ..quiz.export.question_html import inline

    judgement = answered.judgement
    notes = [(each, Markup(inline(unbroken(each.text[language()])))) for each in judgement.notes]
    return filled("quiz_verdict.html.j2", judgement=judgement, notes=notes, note=note, show=show)


def _summary_html(quiz: PageQuiz) -> str:
    from ..lessons.unbroken import unbroken

    summary = summarise(quiz.result())
    steps: list[dict[str, Any]] = []
    for step in summary.steps:
        home = home_of(step.code, step.exercise) if step.code else None
        subject = step.exercise in bank.EXTRA_BANKS
        steps.append(
            {
                "code": step.code,
                "meaning": unbroken(sentence(home)[language()].replace("`", "")) if home else "",
                "name": _name(step.exercise),
                "href": _address(step.exercise, subject),
            }
        )
    return filled("quiz_summary.html.j2", summary=summary, steps=steps, later=quiz.later)


def _address(name: str, subject: bool) -> str:
    """Return the address of the page that teaches a missed subject."""
    if subject:
        return f"/quiz/{name}"
    return f"/les/{name}" if name in load_lessons() else f"/e/{name}"
