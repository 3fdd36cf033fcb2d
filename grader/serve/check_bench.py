"""Run the page's checks as `watch` does, but stoppable from another thread."""

from __future__ import annotations

from ..check.checking import Checked, Checker, CheckSettings, Target
from ..errors import LearncnnError, RunStopped
from ..runner.runner import Runner
from ..runner.wake_pipe import WakePipe
from ..submissions.submission import Submission


class CheckBench:
    """A checker in one thread, whose workers start on first use."""

    def __init__(self) -> None:
        self._stop = WakePipe()
        self._checker = Checker(CheckSettings(), stop=self._stop)

    def stop(self) -> None:
        """Make `check`, in another thread, raise RunStopped; its submission is killed at once."""
        self._stop.ring()

    def clear_stop(self) -> None:
        """Be ready for the next submission."""
        self._stop.clear()

    def close(self) -> None:
        """End every process."""
        self._checker.close()
        self._stop.close()

    def runner(self, framework: str) -> Runner:
        """Return the warm worker of a framework. Raises UsageError if torch is missing."""
        return self._checker.runner(framework)

    def check(self, target: Target, submission: Submission) -> Checked:
        """Check a submission; the result contains the error if it cannot be graded."""
        try:
            return self._checker.check(target._replace(submission=submission), more=True)
        except LearncnnError as error:
            return Checked(target.info, error=error)
        except RunStopped:
            raise
        except BaseException:  # an exchange with a zygote may be incomplete
            self._checker.close()
            raise
