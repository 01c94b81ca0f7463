"""The knowledge base from the terminal and from spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from knowledge import Entry, KnowledgeBase, KnowledgeError
from knowledge.commands import ask, kb
from knowledge.spreadsheet import COLUMNS, export, read
from knowledge.writing import plain, write_entries
from tests.knowledge.conftest import FINE, FORKLIFT, GOOD_FILE, PERMIT, entry

Write = Callable[..., Path]


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(kb, list(map(str, arguments)), input=stdin)


def test_asking_prints_the_answer_and_its_source(written: Write) -> None:
    result = CliRunner().invoke(ask, ["叉车上牌时限", "--knowledge", str(written(file=GOOD_FILE))])
    assert result.exit_code == 0
    assert result.output.startswith("30日内。\n依据：《中华人民共和国特种设备安全法》第33条")


def test_asking_what_nobody_knows_prints_the_verdict(written: Write) -> None:
    result = CliRunner().invoke(ask, ["食堂几点开门", "--knowledge", str(written(file=GOOD_FILE))])
    assert result.output.startswith("unknown")


def test_asking_for_data_prints_gate_candidates_and_rule(written: Write) -> None:
    result = CliRunner().invoke(ask, ["叉车上牌时限", "--json", "--knowledge", str(written(file=GOOD_FILE))])
    data = json.loads(result.output)
    assert data["outcome"] == "answer"
    assert data["candidates"][0]["id"] == "T-1"
    assert data["decided_by"]


def test_asking_an_unusable_knowledge_base_says_what_is_wrong(written: Write) -> None:
    result = CliRunner().invoke(ask, ["叉车", "--knowledge", str(written(bad="entries: ["))])
    assert result.exit_code == 1
    assert "bad.yaml:2" in result.output


def test_checking_a_good_knowledge_base_succeeds_and_prints_the_calibration(written: Write) -> None:
    result = run("check", "--knowledge", written(file=GOOD_FILE))
    assert result.exit_code == 0
    assert "1 个条目，0 处要改" in result.output
    assert "校准" in result.output


def test_checking_a_faulty_one_fails_and_names_every_fault(written: Write) -> None:
    text = GOOD_FILE.replace("    department: market_regulation\n", "").replace("2027", "2020")
    result = run("check", "--knowledge", written(file=text))
    assert result.exit_code == 1
    assert "entries[0].department" in result.output
    assert "warning  file.yaml" in result.output


def test_checking_names_entries_that_are_confusable(tmp_path: Path) -> None:
    opening = entry("A-1", *(f"大门几点开{char}" for char in "甲乙丙丁戊"), topic="门")
    closing = entry("A-2", *(f"大门几点关{char}" for char in "甲乙丙丁"), "大门几点开己", topic="门")
    write_entries(tmp_path, [opening, closing])
    assert "A-1 和 A-2 容易混" in run("check", "--knowledge", tmp_path).output


def test_statistics_are_printed(written: Write) -> None:
    assert "1 个条目，2 种问法" in run("stats", "--knowledge", written(file=GOOD_FILE)).output


def test_evaluating_prints_a_table_or_one_object_for_each_message(written: Write, tmp_path: Path) -> None:
    directory = written(file=GOOD_FILE)
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(
        '{"text": "叉车上牌时限", "accept": ["T-1"], "expected": "answer"}\n', encoding="utf-8"
    )
    table = run("eval", "--knowledge", directory, "--queries", labelled)
    assert "hit@1" in table.output
    lines = run("eval", "--knowledge", directory, "--queries", labelled, "--json").output.splitlines()
    assert set(json.loads(lines[0])) == {"text", "outcome", "entry", "suggestions", "ranking", "confidence"}
    labelled.write_text("nonsense", encoding="utf-8")
    broken = run("eval", "--knowledge", directory, "--queries", labelled)
    assert broken.exit_code == 1
    assert "labelled.jsonl:1" in broken.output


ANSWERS = [
    *("T-9", "特种设备", "叉车报废要办什么手续", "要注销登记。", "旧叉车不要了怎么办", ""),
    *("叉车", "报废", "", "先报废", "", ""),
    *("市场监督管理局", "中华人民共和国特种设备安全法", "第48条", "", "", "n"),
]


def test_adding_asks_one_thing_after_the_other_and_writes_the_entry(written: Write) -> None:
    directory = written(file=GOOD_FILE)
    result = run("add", "--knowledge", directory, stdin="\n".join(["T-1", *ANSWERS]) + "\n")
    assert result.exit_code == 0, result.output
    assert "T-1 已经用过" in result.output
    added = KnowledgeBase.load(directory).get("T-9")
    assert added is not None
    assert (added.also, added.steps, added.bring) == (("旧叉车不要了怎么办",), ("先报废",), ())
    assert (added.department, added.region, added.private) == ("market_regulation", "全国", False)
    assert added.review_by is not None
    assert added.review_by.year > datetime.now().year  # noqa: DTZ005 (the terminal's own day)
    assert [path.name for path in directory.glob("*.yaml")] == ["file.yaml"]


def test_adding_a_date_that_is_none_is_refused(written: Write) -> None:
    answers = [*ANSWERS]
    answers[-2] = "明年"
    result = run("add", "--knowledge", written(file=GOOD_FILE), stdin="\n".join(answers) + "\n")
    assert result.exit_code == 1
    assert "review_by" in result.output


FULL = entry(
    "F-1",
    "甲问题",
    "乙问法",
    "丙问法",
    covers=("F-2",),
    topic="杂",
    keywords=("甲", "乙"),
    answer="两行\n答案",
    steps=("一", "二"),
    bring=("证",),
    region="浙江",
    effective_from=PERMIT.review_by,
    reviewed=PERMIT.review_by,
    note="注",
    private=True,
)


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    assert len(write_entries(tmp_path / "new", [FORKLIFT, FINE, FULL])) == 2
    assert set(KnowledgeBase.load(tmp_path / "new").entries) == {FORKLIFT, FINE, FULL}


def test_an_entry_written_again_is_replaced_where_it_stands(written: Write) -> None:
    directory = written(file=GOOD_FILE)
    write_entries(
        directory, [FORKLIFT, entry("T-7", "新的", topic="特种设备"), entry("X-1", "没主题", topic="")]
    )
    base = KnowledgeBase.load(directory)
    assert base.get("T-1") == FORKLIFT
    assert {path.name for path in directory.glob("*.yaml")} == {"file.yaml", "entries.yaml"}


def test_an_entry_of_another_topic_in_a_file_keeps_its_topic(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        yaml.dump({"topic": "甲", "entries": [plain(FORKLIFT)]}), encoding="utf-8"
    )
    write_entries(tmp_path, [entry("T-2", "乙", topic="甲"), entry("T-1", "丙", topic="丁")])
    topics = {found.id: found.topic for found in KnowledgeBase.load(tmp_path).entries}
    assert topics == {"T-1": "丁", "T-2": "甲"}


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_a_spreadsheet_holds_everything_an_entry_has(tmp_path: Path, name: str) -> None:
    entries: list[Entry] = [FORKLIFT, FINE, FULL]
    assert export(entries, tmp_path / name) == 3
    assert read(tmp_path / name) == entries


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_entries_go_out_and_come_back_by_command(written: Write, tmp_path: Path, name: str) -> None:
    directory = written(file=GOOD_FILE)
    assert "1 个条目" in run("export", tmp_path / name, "--knowledge", directory).output
    (tmp_path / "empty").mkdir()
    result = run("import", tmp_path / name, "--knowledge", tmp_path / "empty")
    assert "1 个条目写进了 1 个文件" in result.output
    assert KnowledgeBase.load(tmp_path / "empty").entries == KnowledgeBase.load(directory).entries


def table(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_every_faulty_row_is_named_by_its_number_and_nothing_is_written(tmp_path: Path) -> None:
    path = table(
        tmp_path / "table.csv",
        ["编号", "问题", "答案", "复核期限"],
        ["A-1", "甲", "乙", "2027-01-01"],
        ["A-2", "甲", "", ""],
        ["", "", "", ""],
        ["A-1", "丙", "丁", ""],
        ["A-3", "丙", "丁", "明年"],
    )
    (tmp_path / "kb").mkdir()
    result = run("import", path, "--knowledge", tmp_path / "kb")
    assert result.exit_code == 1
    assert "table.csv:3: 答案" in result.output
    assert "table.csv:5: 编号" in result.output
    assert "table.csv:6: 复核期限" in result.output
    assert not list((tmp_path / "kb").iterdir())


@pytest.mark.parametrize(
    ("head", "fault"),
    [(["编号", "问题"], "缺这一列"), (["编号", "问题", "答案", "颜色"], "不认识的列"), ([], "缺这一列")],
)
def test_a_table_with_other_columns_is_refused(tmp_path: Path, head: list[str], fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        read(table(tmp_path / "table.csv", head) if head else table(tmp_path / "table.csv"))


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.ods").write_text("")
    assert run("import", tmp_path / "table.ods", "--knowledge", tmp_path).exit_code == 1
    assert run("export", tmp_path / "table.ods").exit_code == 1
    with pytest.raises(KnowledgeError, match="没有扩展名"):
        export([], tmp_path / "table")


def test_dates_and_blanks_of_a_real_spreadsheet_are_understood(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "问题", "答案", "法律", "条款", "复核期限", "私下说", None])
    sheet.append(["A-1", "甲", "乙", "消防法\n安全生产法", "第1条", datetime(2027, 1, 2), "否", "随便写的"])  # noqa: DTZ001
    sheet.append([None, None, None, None, None, None, None, None])
    book.save(tmp_path / "table.xlsx")
    [found] = read(tmp_path / "table.xlsx")
    assert [(source.law, source.article) for source in found.source] == [
        ("消防法", "第1条"),
        ("安全生产法", ""),
    ]
    assert str(found.review_by) == "2027-01-02"
    assert not found.private


def test_the_exported_head_is_chinese(tmp_path: Path) -> None:
    export([FORKLIFT], tmp_path / "table.xlsx")
    sheet = load_workbook(tmp_path / "table.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
