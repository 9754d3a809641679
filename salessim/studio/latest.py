"""Work for a slider: only the last wish counts, and what has become stale is dropped.

A wish waits a moment, so that a slider on the move starts nothing; then it is worked
on in a thread, so that the page stays alive. A newer wish cancels the older one, in
mid-work too.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")

MOMENT = 0.15  # seconds: shorter than one waits for, longer than a slider's steps


class StaleError(Exception):
    """The work is no longer wanted."""


class Latest(Generic[Wish, Answer]):
    """Answers the last wish.

    Parameters
    ----------
    work : function of (Wish, function) to Answer
        What takes time. It calls the function now and then, which raises
        `StaleError` once the answer is no longer wanted.
    show : function of Answer
        Called with the answer, on the event loop, if it is still wanted.
    fail : function of Exception
        Called with what went wrong: in a page, errors are silent.

    Notes
    -----
    Needs a running event loop, as every notebook has.
    """

    def __init__(
        self,
        work: Callable[[Wish, Callable[[], None]], Answer],
        show: Callable[[Answer], None],
        fail: Callable[[Exception], None],
    ):
        self._work, self._show, self._fail = work, show, fail
        self._stale = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def ask(self, wish: Wish) -> "asyncio.Task[None]":
        """Wish for something; what was wished before is dropped."""
        self._stale.set()
        if self._task is not None:
            self._task.cancel()
        self._stale = threading.Event()
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._answer(wish, self._stale))
        return self._task

    async def _answer(self, wish: Wish, stale: threading.Event) -> None:
        def look() -> None:
            if stale.is_set():
                raise StaleError

        await asyncio.sleep(MOMENT)
        try:
            answer = await asyncio.to_thread(self._work, wish, look)
            if not stale.is_set():
                self._show(answer)
        except StaleError:
            return
        except Exception as error:  # noqa: BLE001  (shown to the person at the slider)
            self._fail(error)
