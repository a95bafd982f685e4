"""Find the recordings that people mean: files, folders, patterns; and name their sessions."""

from __future__ import annotations

import errno
import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groupaffect.app.patterns import match_pattern
from groupaffect.errors import MediaError, NoPictureError, UnreadableMediaError, sentence
from groupaffect.media.folder import IMAGE_SUFFIXES

# What a folder is searched for; a file that is named itself may have any suffix.
VIDEO_SUFFIXES = frozenset(
    (".3gp", ".asf", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg")
    + (".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv")
)
SESSION_FILE = "session.json"  # marks a folder as a session: its figures are no recording


@dataclass(frozen=True, slots=True)
class Miss:
    """A word that leads to no recording, and the error that says why."""

    word: str
    error: MediaError


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a folder holds beside its videos, which alone are taken."""

    folder: Path
    names: tuple[str, ...]

    def describe(self) -> str:
        """Return a line that says so.

        Examples
        --------
        >>> LeftOut(Path("study"), ("stills/",)).describe()
        'study: only the videos in it are analysed, not stills/; name that as well to have it.'
        """
        them = "that" if len(self.names) == 1 else "those"
        it = "it" if len(self.names) == 1 else "them"
        return (
            f"{self.folder}: only the videos in it are analysed, not {', '.join(self.names)}; "
            f"name {them} as well to have {it}."
        )


Item = Path | Miss | LeftOut


def find_recordings(words: Sequence[str]) -> list[Path | Miss]:
    """Return the recordings that the words name, in order, each once.

    A word is a file, a folder of recordings (many), a folder of images (one) or a pattern.
    One that leads nowhere gives a ``Miss`` in its place.
    """
    found: list[Path | Miss] = []
    seen: set[Path] = set()
    for word in words:
        for item in _find(word):
            if isinstance(item, LeftOut):
                continue
            if isinstance(item, Path):
                if item.resolve() in seen:
                    continue
                seen.add(item.resolve())
            found.append(item)
    return found


def list_left_out(words: Sequence[str]) -> list[LeftOut]:
    """Return what lies beside the recordings that the words name and is not taken."""
    taken = {path.resolve() for path in find_recordings(words) if isinstance(path, Path)}
    items = dict.fromkeys(item for word in words for item in _find(word))
    left_out = []
    for item in items:
        if isinstance(item, LeftOut):
            names = tuple(n for n in item.names if not _all_taken(item.folder / n, taken))
            left_out += [replace(item, names=names)] if names else []
    return left_out


def _all_taken(folder: Path, taken: set[Path]) -> bool:
    inside = _recordings_in(folder)
    return all(item.resolve() in taken for item in inside if isinstance(item, Path))


def _find(word: str) -> Sequence[Item]:
    try:
        return _search(word)
    except OSError as error:  # also to ask what a path is may be forbidden
        return [Miss(word, _unreadable(word, error))]


def _search(word: str) -> Sequence[Item]:
    path = Path(word)
    if path.is_symlink() and not path.exists():
        raise OSError(errno.ELOOP, "a link that leads nowhere")
    if path.is_dir():
        inside = _recordings_in(path)
        return inside or [Miss(word, _nothing_in(path))]
    if path.exists():
        return [path]
    matched: list[Item] = [
        recording
        for match in match_pattern(word)
        for recording in (_recordings_in(match) if match.is_dir() else [match])
    ]
    return matched or [Miss(word, _missing(word))]


def _recordings_in(folder: Path, above: frozenset[Path] = frozenset()) -> list[Item]:
    """Return what is in a folder; one that cannot be read is a ``Miss`` among the others.

    A link to one of the folders ``above`` leads nowhere new.
    """
    try:
        whole = folder.resolve()
        return [] if whole in above else _list_recordings(folder, above | {whole})
    except OSError as error:
        return [Miss(str(folder), _unreadable(folder, error))]


def _list_recordings(folder: Path, above: frozenset[Path]) -> list[Item]:
    """Return videos of a folder, or the folder if it holds images, or what its folders hold."""
    if (folder / SESSION_FILE).exists():
        return []
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    videos = [e for e in entries if e.suffix.lower() in VIDEO_SUFFIXES and e.is_file()]
    if videos:
        others = [e for e in entries if e.is_dir() and _recordings_in(e, above)]
        names = tuple(f"{other.name}/" for other in others)
        return [*videos, LeftOut(folder, names)] if names else [*videos]
    if any(e.suffix.lower() in IMAGE_SUFFIXES and e.is_file() for e in entries):
        return [folder]
    return [r for entry in entries if entry.is_dir() for r in _recordings_in(entry, above)]


def _missing(word: str) -> MediaError:
    return UnreadableMediaError(
        sentence(
            wanted=f"`{word}` must be a recording, a folder or a pattern",
            got="nothing of that name",
            remedy="check the path",
        )
    )


def _unreadable(place: str | Path, error: OSError) -> MediaError:
    return UnreadableMediaError(
        sentence(
            wanted=f"`{place}` must be readable",
            got=error.strerror or str(error),
            remedy="ask for permission to read it, or leave it out",
        )
    )


def _nothing_in(folder: Path) -> MediaError:
    return NoPictureError(
        sentence(
            wanted=f"the folder `{folder}` must hold recordings or images",
            got="none",
            remedy="name a file, or a folder with videos or numbered images",
        )
    )


def session_names(recordings: Sequence[Path]) -> list[str]:
    """Return one folder name for each recording: its stem, made distinct where stems agree.

    A shared stem gets its extension, else its folder's name, else a hash of its path. The order
    of the recordings does not matter, but which of them are named together does: `meeting.mp4`
    alone is `meeting`, and beside `meeting.avi` it is `meeting-mp4`. Name the same recordings
    again to meet the same sessions.

    Examples
    --------
    >>> session_names([Path("a/meeting.mp4"), Path("b/meeting.mp4"), Path("b/talk.avi")])
    ['meeting-a', 'meeting-b', 'talk']
    >>> session_names([Path("a/meeting.mp4"), Path("a/meeting.avi")])
    ['meeting-mp4', 'meeting-avi']
    """
    paths = [recording.resolve() for recording in recordings]
    groups: dict[str, list[Path]] = {}
    for path in paths:
        # Some file systems hold "Talk" and "talk" for one name.
        groups.setdefault(_stem(path).casefold(), []).append(path)
    names = {path: name for group in groups.values() for path, name in _distinct(group).items()}
    counts = Counter(name.casefold() for name in names.values())
    # `a/b.mp4` and `c/b.mp4` become `b-a` and `b-c`; a third recording may be called `b-a`.
    return [
        names[path] if counts[names[path].casefold()] == 1 else f"{names[path]}-{_path_hash(path)}"
        for path in paths
    ]


def _distinct(paths: Sequence[Path]) -> dict[Path, str]:
    """Name recordings whose stems agree by the first mark that tells them apart."""
    names = {path: _stem(path) for path in paths}
    for mark in (_suffix, _folder_name, _path_hash):
        if len({name.casefold() for name in names.values()}) == len(paths):
            break
        names = {path: f"{_stem(path)}-{mark(path)}" for path in paths}
    return names


def _stem(path: Path) -> str:
    # The stem of "...mp4" is "..", which is another folder.
    stem = path.name if path.is_dir() or not path.stem.strip(".") else path.stem
    return os.fsencode(stem).decode("utf-8", "backslashreplace")  # tables have text for names


def _suffix(path: Path) -> str:
    return path.suffix.removeprefix(".").lower()


def _folder_name(path: Path) -> str:
    return path.parent.name


def _path_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]
