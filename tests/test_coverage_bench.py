"""The measure of how much of others' words we read."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "reading"))

from word_package import control, p, word_file

from bench import coverage
from bench.coverage import PEERS, Peer, Read, measured, reason_for, words_of


def test_words_are_runs_of_letters_and_single_chinese_characters_without_marks_of_notes():
    assert words_of("Disk 12kB 泊位[1]，Ａ\u00adB") == words_of("[iv]位 disk 泊 ab 12KB")
    assert words_of("泊泊")["泊"] == 2


def test_a_word_that_the_peer_has_twice_must_be_in_ours_twice(tmp_path, monkeypatch):
    path = tmp_path / "a.docx"
    path.write_bytes(word_file(p("停车泊位")))
    monkeypatch.setattr(coverage, "peers_text", lambda _peer, _path: "停车 停车 泊位 甲")
    read = measured(PEERS[0], path)
    assert (read.words, read.found, round(read.share, 1)) == (7, 4, 57.1)
    monkeypatch.setattr(coverage, "peers_text", lambda _peer, _path: "— . —")
    assert measured(PEERS[0], path) is None


@pytest.mark.parametrize(
    ("name", "data", "refused", "reason"),
    [
        ("a.docx", b"", "文件已加密，请去掉密码后再试。", "encrypted: refused"),
        ("text+sym.docx", b"", "", "letters in a symbol font, which shows pictures"),
        (
            "b.docx",
            word_file(p("甲", control("", "<w:showingPlcHdr/>"))),
            "",
            "placeholders of content controls, which are no text",
        ),
        ("c.docx", word_file(p("甲")), "", ""),
        ("d.pdf", b"%PDF", "", ""),
    ],
)
def test_the_reason_for_few_words_is_looked_up(tmp_path, name, data, refused, reason):
    path = tmp_path / name
    path.write_bytes(data)
    assert reason_for(Read(path, 10, 1, refused)) == reason


def test_folders_are_read_the_peer_is_missed_aloud_and_unexplained_files_fail(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "a.docx").write_bytes(word_file(p("停车")))
    monkeypatch.setattr(coverage, "peers_text", lambda _peer, _path: "停车泊位不足")
    monkeypatch.setattr(Peer, "is_there", property(lambda _self: True))
    assert coverage.main([str(tmp_path)]) == 1
    assert "| a.docx | 6 | 33.3 % |" in capsys.readouterr().out
    monkeypatch.setattr(Peer, "is_there", property(lambda _self: False))
    assert coverage.main([str(tmp_path)]) == 0
    assert "pandoc is not here: install pandoc" in capsys.readouterr().out
    assert coverage.main() == 0
