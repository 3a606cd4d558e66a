"""What the tests of the card share: a body below a card, and a proposal told in short."""

from drafting.intake import understand
from drafting.reading import read_bytes, read_pasted

BODY = (
    "近年来，电动自行车越来越多，充电不便，群众反映强烈，存在安全隐患，亟待各部门共同解决。\n"
    "建议：\n1.增设充电桩。\n2.加强宣传。"
)


def read(text, name=""):
    """Return the intake of a pasted text, or of a file's content with ``name``."""
    return understand(read_bytes(text.encode(), name) if name else read_pasted(text))


def card(text, name=""):
    """Return what a card says: the fields that are not empty, proposers by name."""
    proposal = read(text, name).proposal
    said = {
        "session": proposal.session,
        "item_no": proposal.item_no,
        "subject": proposal.subject,
        "proposers": [one.name for one in proposal.proposers],
        "lead": proposal.handling_unit,
        "co_units": list(proposal.co_units),
        "key": proposal.key,
        "overseer": proposal.overseer,
        "merged": list(proposal.merged),
    }
    return {name: value for name, value in said.items() if value}


def printed(intake, field):
    """Return the words of the paper that a field was read from, in their order."""
    reading = intake.fields[field]
    places = [reading.place, *reading.further] if reading.place else []
    return [intake.proposal.text[place.start : place.end] for place in places]
