"""docs/licences.md: every package the site runs on, with its licence as its own metadata says.

Run after `make pins`; tests/scripts/test_licences.py fails where the file is behind.
"""

import re
import sys
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.M)
_LONGEST = 60  # some put the whole text of the licence into the field
HEAD = """# 所用软件包的许可证

网站运行时用到的全部软件包（不含只在开发、测试时用的），由 `python scripts/licences.py` 按各软件包自己的说明写成，请勿手改。
都可以免费用于内部和对外的网站；没有要求公开本站源代码的许可证（AGPL）。

- `pillow-heif` 的安装包里带有 libheif、libde265（LGPL）和 x265（GPL）：只装在自己的服务器上用没有附加义务；
  要把安装包再分发给别的单位，请一并附上这些库的许可证和取得源代码的办法。
- `django-ckeditor` 带的 CKEditor 4 按 GPL、LGPL、MPL 三选一，这里取 MPL；它已停止维护，见 `security.md` 第六节。

| 软件包 | 版本 | 许可证 |
|---|---|---|
"""


def licence_of(name: str) -> str:
    """The SPDX expression where there is one, else the classifiers, else the first line of the field.

    Raises importlib.metadata.PackageNotFoundError for a package that is not installed.
    """
    facts = distribution(name).metadata
    if expression := facts.get("License-Expression"):
        return expression
    classifiers = [one.split(" :: ")[-1] for one in facts.get_all("Classifier") or [] if one.startswith("License ::")]
    first = (facts.get("License") or "").strip().partition("\n")[0]
    return "；".join(classifiers) or first[:_LONGEST]


def page() -> str:
    pins = _PIN.findall((ROOT / "requirements.txt").read_text("utf-8"))
    rows = (f"| {name} | {version} | {licence_of(name)} |" for name, version in pins)
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} 已写好。\n")
