"""Work ahead in a thread, with a bound in bytes on what waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from threading import Condition, Thread
from typing import Generic, TypeVar

from groupaffect.types import Frame

Item = TypeVar("Item")

# Upper bound in practice: a decoder's buffer holds 1.5 to 3 bytes a pixel at 8 bits; an image
# of a folder 3, and 1 for its grey.
BYTES_PER_PIXEL = 4
JOIN_TIMEOUT_S = 10.0  # a source that hangs must not hang its consumer's end as well


def frames_ahead(frames: Iterator[Frame], *, max_bytes: int) -> Generator[Frame, None, None]:
    """Yield the same frames, decoded ahead in a thread while about ``max_bytes`` may wait.

    Closing the generator stops the thread and closes ``frames``. What ``frames`` raises, the
    consumer sees after the frames before it.
    """
    return read_ahead(frames, max_bytes=max_bytes, n_bytes=frame_bytes)


def frame_bytes(frame: Frame) -> int:
    """Return about how many bytes a waiting frame keeps in memory."""
    return frame.grey.size * BYTES_PER_PIXEL


def read_ahead(
    items: Iterator[Item], *, max_bytes: int, n_bytes: Callable[[Item], int]
) -> Generator[Item, None, None]:
    """Yield the same items, made ahead in a thread from the first one asked for.

    Parameters
    ----------
    max_bytes : sum of ``n_bytes`` that may wait; one item may always wait, however large.

    Examples
    --------
    >>> list(read_ahead(iter([3, 1, 2]), max_bytes=2, n_bytes=int))
    [3, 1, 2]
    """
    queue: _BoundedQueue[Item] = _BoundedQueue(max_bytes)
    thread = Thread(
        target=_fill, args=(queue, items, n_bytes), name="groupaffect-ahead", daemon=True
    )
    thread.start()
    try:
        yield from iter(queue)
    finally:
        queue.close()
        thread.join(JOIN_TIMEOUT_S)


def _fill(
    queue: _BoundedQueue[Item], items: Iterator[Item], n_bytes: Callable[[Item], int]
) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not queue.put(item, n_bytes(item)):
                break
    except BaseException as raised:  # noqa: BLE001 (handed to the consumer, whatever it is)
        error = raised
    finally:
        if isinstance(items, Generator):  # closes its files in the thread that used them
            items.close()
        queue.finish(error)


class _BoundedQueue(Generic[Item]):
    """One producer, one consumer; ``put`` waits for room, iteration for items."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._waiting: deque[tuple[Item, int]] = deque()
        self._n_bytes = 0
        self._finished = False
        self._closed = False
        self._error: BaseException | None = None
        self._changed = Condition()

    def put(self, item: Item, n_bytes: int) -> bool:
        """Add an item once there is room; False when the consumer has gone."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(n_bytes))
            if self._closed:
                return False
            self._waiting.append((item, n_bytes))
            self._n_bytes += n_bytes
            self._changed.notify_all()
            return True

    def finish(self, error: BaseException | None) -> None:
        """Say that nothing more comes, and why."""
        with self._changed:
            self._finished, self._error = True, error
            self._changed.notify_all()

    def close(self) -> None:
        """Say that nobody takes items any more."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._finished)
                if not self._waiting:
                    break
                item, n_bytes = self._waiting.popleft()
                self._n_bytes -= n_bytes
                self._changed.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def _has_room(self, n_bytes: int) -> bool:
        return not self._waiting or self._n_bytes + n_bytes <= self._max_bytes
