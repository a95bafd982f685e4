"""The sections of the report, in its order; each takes the session and returns HTML."""

from __future__ import annotations

import math

from groupaffect.corrections import describe_correction
from groupaffect.report.clamp_share import has_clamp, mean_image_weight, share_clamped
from groupaffect.report.figures import Figures
from groupaffect.report.group_table import write_both, write_camps
from groupaffect.report.kinds_section import write_kinds
from groupaffect.report.labels import label_in_text, label_participant, labels_of
from groupaffect.report.markup import bullets, folded, link, paragraph, picture, section, table
from groupaffect.report.notes import NOTES
from groupaffect.report.rule_words import RULE_WORDS
from groupaffect.report.summary import percent, summarise, why_nobody
from groupaffect.report.time_axis import time_to_label
from groupaffect.report.unmeasured import list_unmeasured
from groupaffect.session import Session
from groupaffect.session.columns import OVERLAY_FILE
from groupaffect.session.record import Reanalysis
from groupaffect.settings import settings_to_dict
from groupaffect.types import Event, ParticipantFacts

_STAGES = "Time that each stage took, without figures, report and overlay"
_LONG = 25  # rows; longer tables are folded


def write_sections(session: Session, figures: Figures) -> list[str]:
    """Return all sections of the report."""
    return [
        _media(session),
        *_corrections(session),
        section("Summary", bullets(summarise(session))),
        _seen(session, figures),
        _expressions(session, figures),
        _weights(session, figures),
        _group(session, figures),
        write_kinds(session, figures),
        _events(session),
        _warnings(session),
        section("What could not be measured", bullets(list_unmeasured(session))),
        _settings(session),
        _context(session),
        section("Notes", bullets(NOTES)),
    ]


def _media(session: Session) -> str:
    media, record = session.record.media, session.record
    rate = "not stated" if media.rate_hz is None else f"{float(media.rate_hz):.2f} per second"
    end = "its end" if record.analysed_end_s is None else time_to_label(record.analysed_end_s)
    length = "not stated" if media.duration_s is None else f"{media.duration_s:.2f} s"
    rows = [
        ("file", media.name),
        ("picture", f"{media.width_px} x {media.height_px} pixels, {media.codec}, {rate}"),
        ("length by the container", length),
        ("analysed", f"from {time_to_label(record.analysed_start_s)} to {end}"),
        ("analysed frames", str(session.facts["n_frames"])),
        ("sha256", media.sha256),
        ("analysis made", record.created_at),
    ]
    there = (session.path / OVERLAY_FILE).is_file()
    words = "The recording with what was found drawn in (video, no sound)"
    overlay = link(words, OVERLAY_FILE) if there else ""
    return section("Recording", table("The recording", ("what", "value"), rows), overlay)


def _corrections(session: Session) -> list[str]:
    """Say how this result came about, where it is not the first of its recording."""
    if not session.record.reanalyses:
        return []
    labels = labels_of(session)
    rows = [(made.at, _made(made, labels)) for made in session.record.reanalyses]
    return [section("Corrections", table("Computed again", ("when", "what was changed"), rows))]


def _made(made: Reanalysis, labels: dict[str, str]) -> str:
    said = [label_in_text(describe_correction(c), labels) for c in made.corrections]
    if made.n_forgotten:
        said.append(f"Participants removed for good: {made.n_forgotten}.")
    return " ".join(said) or "No rows; settings or names may have changed."


def _seen(session: Session, figures: Figures) -> str:
    if figures.seen is None:
        return section("Who was seen", paragraph(f"No participants: {why_nobody(session)}."))
    columns = ("participant", "tile", "first seen", "last seen", "share of frames")
    return section(
        "Who was seen",
        table("Participants", columns, [_person(facts) for facts in session.participants]),
        picture(figures.seen, caption="When each face was seen (height) and how well (colour)."),
    )


def _person(facts: ParticipantFacts) -> tuple[str, ...]:
    in_room = facts.tile_row is None
    return (
        label_participant(facts.participant, facts.name),
        "room" if in_room else f"row {facts.tile_row}, column {facts.tile_column}",
        "never" if facts.first_s is None else time_to_label(facts.first_s),
        "never" if facts.last_s is None else time_to_label(facts.last_s),
        percent(facts.visible_share),
    )


def _expressions(session: Session, figures: Figures) -> str:
    if not figures.expressions:
        return section("Expressions", paragraph("There is no face whose expression could be read."))
    labels = labels_of(session)
    pictures = [
        picture(drawing, caption=f"{labels[name]}: probability of each expression over time.")
        for name, drawing in figures.expressions
    ]
    hint = "White: the face was not seen, or not well enough."
    return section("Expressions", paragraph(hint), *pictures)


def _weights(session: Session, figures: Figures) -> str:
    if figures.weights is None:
        return section(
            "Weights of the two models", paragraph(f"No weights: {why_nobody(session)}.")
        )
    trace = session.fusion
    fused = tuple(signal for signal in session.signals if signal.source == "fused")
    shares, means = share_clamped(trace, fused), mean_image_weight(trace, fused)
    labels, limited = labels_of(session), has_clamp(trace)
    rows = [
        (labels[who], _plain(float(means[k])), *([percent(float(shares[k]))] if limited else []))
        for k, who in enumerate(trace.participants)
    ]
    columns = (
        "participant",
        "mean weight of the image model",
        *(["share of the seconds with a fused value at the clamp"] if limited else []),
    )
    clamp = "; at the clamp they cannot go further" if limited else ""
    return section(
        "Weights of the two models",
        table("Weights", columns, rows),
        picture(figures.weights, caption=f"Weights over time{clamp}."),
        paragraph(RULE_WORDS[session.record.settings.fusion.rule]),
    )


def _plain(weight: float) -> str:
    return "\N{EN DASH}" if math.isnan(weight) else f"{weight:.2f}"


def _group(session: Session, figures: Figures) -> str:
    if figures.group is None:
        return section("Group", paragraph(f"No group expression: {why_nobody(session)}."))
    group = session.group
    ran = not math.isnan(group.energy_kept)
    kept = (
        f"The filter kept {group.n_bins_kept} frequencies with {percent(group.energy_kept)} of the "
        "energy that is left after mean and line."
        if ran
        else "The filter could not run."
    )
    caption = "Group expression, dispersion of the members, and changes on one time axis."
    without = (
        [picture(figures.group_engaged, caption="The same of the members who are engaged, only.")]
        if figures.group_engaged is not None
        else []
    )
    return section(
        "Group",
        picture(figures.group, caption=caption),
        paragraph(kept),
        write_both(session),
        *without,
        write_camps(session),
    )


_ABOUT_GROUP_EVENTS = paragraph(
    "A change of the group leads to what most of its members came to, from what most of those came "
    "from; a member's own course may differ and is in the figures. It starts at the middle of the "
    "members' changes, weighted by strength; the reason names the second around which they lie."
)


def _events(session: Session) -> str:
    if not session.events:
        return section("Changes", paragraph("No change of expression was found."))
    columns = ("start", "end", "kind", "participants", "from", "to", "strength", "reason")
    caption = f"Changes of expression (n = {len(session.events)})"
    labels = labels_of(session)
    content = table(caption, columns, [_event(event, labels) for event in session.events])
    content = _ABOUT_GROUP_EVENTS + content
    if len(session.events) > _LONG:
        content = folded(f"Show all {len(session.events)} changes", content)
    return section("Changes", content)


def _event(event: Event, labels: dict[str, str]) -> tuple[str, ...]:
    return (
        time_to_label(event.start_s),
        time_to_label(event.end_s),
        event.kind,
        ", ".join(labels.get(name, name) for name in event.participants),
        event.from_label,
        event.to_label,
        f"{event.strength:.2f}",
        event.reason,
    )


def _warnings(session: Session) -> str:
    labels = labels_of(session)
    found = [label_in_text(warning, labels) for warning in session.warnings]
    return section("Warnings", bullets(found) if found else paragraph("None."))


def _settings(session: Session) -> str:
    record = session.record
    rows: list[tuple[str, str]] = [("preset", record.settings.preset)]
    for stage, values in settings_to_dict(record.settings).items():
        if isinstance(values, dict):
            rows += [(f"{stage}.{name}", str(value)) for name, value in values.items()]
    made = [*record.versions.items(), *record.model_hashes.items()]
    stages = [(name, f"{wall_s:.1f}") for name, wall_s in session.facts["stage_wall_s"].items()]
    return section(
        "Settings and versions",
        table(_STAGES, ("stage", "seconds"), stages) if stages else "",
        folded("Show settings", table("Settings", ("setting", "value"), rows)),
        folded("Show versions", table("Versions and models", ("what", "version or sha256"), made)),
    )


def _context(session: Session) -> str:
    rows = [
        ("declared context", session.record.context),
        ("consent reference", session.record.consent or "none given"),
    ]
    return section("Context and consent", table("As declared", ("what", "value"), rows))
