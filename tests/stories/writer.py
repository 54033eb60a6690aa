# SPDX-License-Identifier: MulanPSL-2.0
"""A process that files appeals until it is killed: `python writer.py WRITERS LON LAT`.

It says "ready" once, then the number of each appeal that the database has taken.
"""

import io
import os
import sys

import django


def main(writers: int, lon: float, lat: float) -> None:
    """Become so many processes, each filing one appeal after the other."""
    django.setup()
    from PIL import Image

    from linli.base.actor import ANONYMOUS
    from linli.modules.appeals.services import Draft, appeal_file

    os.write(1, b"ready\n")
    for _number in range(writers - 1):
        if os.fork() == 0:
            break
    for number in range(10_000):
        picture = io.BytesIO()
        Image.new("RGB", (900, 700), (number % 255, 90, 90)).save(picture, "JPEG")
        picture.seek(0)
        said = f"第{number}次：6号楼东侧的雨水井堵了。"
        draft = Draft(what=said, lon=lon, lat=lat, class_key="flooding", photos=(picture,))
        appeal = appeal_file(actor=ANONYMOUS, draft=draft)
        os.write(1, f"{appeal.number}\n".encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
