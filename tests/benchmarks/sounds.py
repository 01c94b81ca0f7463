"""Writes knowledge/data/sounds.yaml: `python -m tests.benchmarks.sounds` (needs the extra `fit`).

Which characters of GB 2312 share a sound, without tone, by pypinyin's most frequent reading. The program
reads the table, so it need not load a dictionary of pronunciations at every start.
"""

from __future__ import annotations

from collections import defaultdict

from pypinyin import lazy_pinyin

from knowledge.kinds import WEIGHTS

TABLE = WEIGHTS.with_name("sounds.yaml")
HEAD = """\
# 每个音节（不带声调）有哪些字：GB 2312 的全部汉字，多音字取最常用的音。
# 用 pypinyin 生成：python -m tests.benchmarks.sounds
"""


def characters() -> list[str]:
    """All Chinese characters of GB 2312, in its order."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return [char for code in codes if (char := code.decode("gb2312", errors="ignore"))]


def table() -> str:
    """The file's content."""
    sounds: dict[str, list[str]] = defaultdict(list)
    for char in characters():
        (sound,) = lazy_pinyin(char)
        if sound.isascii():
            sounds[sound].append(char)
    lines = [f"{_key(sound)}: {''.join(chars)}\n" for sound, chars in sorted(sounds.items())]
    return HEAD + "".join(lines)


def _key(sound: str) -> str:
    """YAML takes some bare syllables for truth values or numbers."""
    return f"'{sound}'" if sound in ("n", "y", "no", "yes", "on", "off", "nan") else sound


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
