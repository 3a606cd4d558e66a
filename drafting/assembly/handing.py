"""What a 会办 unit's draft says to each suggestion, for the lead unit to take into its own."""

from __future__ import annotations

from dataclasses import replace

from drafting.assembly.answers import answer_lines, is_unanswered, matched_answers
from drafting.assembly.case import make_case
from drafting.model import Draft
from drafting.profile import Profile


def said_to_each(draft: Draft, profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return the paragraphs of the answers as the 会办意见 prints them, each with the key of the
    suggestion that it answers; nothing of a suggestion that is not answered.

    What introduces the next step on paper (下一步，) is left to the paper that they are taken into.
    """
    profile = replace(profile, body=replace(profile.body, next_step="", next_list=""))
    case = make_case(draft, profile, "co-handling", None, None)
    answers = matched_answers(draft)
    lines = answer_lines(answers, profile, case.slots, headings=False)
    return tuple(
        (answer.suggestion.key, paragraph)
        for answer, said in zip(answers, lines, strict=True)
        if not is_unanswered(answer)
        for text in (said.已开展, said.下一步, said.采纳情况, said.另述)
        for paragraph in text.split("\n")
        if paragraph.strip()
    )
