#!/usr/bin/env python3
"""Draws media/icon.png (128×128): a cursor with ghost text behind it. Needs nothing but Python."""

import pathlib
import struct
import zlib

SIZE, SCALE = 128, 4
BACK, TEXT, CURSOR, GHOST = (31, 36, 48), (230, 230, 235), (255, 204, 102), (112, 122, 140)

# (x, y, width, height, radius, colour), in pixels of the icon.
SHAPES = [
    (0, 0, 128, 128, 26, BACK),
    (22, 36, 42, 12, 6, TEXT),
    (22, 58, 26, 12, 6, TEXT),
    (54, 52, 5, 24, 2, CURSOR),
    (65, 58, 41, 12, 6, GHOST),
    (36, 80, 54, 12, 6, GHOST),
]


def inside(x, y, shape):
    left, top, width, height, radius, _ = shape
    if not (left <= x < left + width and top <= y < top + height):
        return False
    dx = max(left + radius - x, x - (left + width - radius), 0)
    dy = max(top + radius - y, y - (top + height - radius), 0)
    return dx * dx + dy * dy <= radius * radius


def pixel(px, py):
    """The mean of SCALE × SCALE samples, so that edges are smooth."""
    total = [0, 0, 0, 0]
    for sy in range(SCALE):
        for sx in range(SCALE):
            x, y = px + (sx + 0.5) / SCALE, py + (sy + 0.5) / SCALE
            colour = next((s[5] for s in reversed(SHAPES) if inside(x, y, s)), None)
            if colour is not None:
                for channel, value in enumerate((*colour, 255)):
                    total[channel] += value
    covered = total[3] / 255
    return bytes([round(v / covered) if covered else 0 for v in total[:3]] + [round(total[3] / SCALE**2)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
png += chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
(pathlib.Path(__file__).parent.parent / "media" / "icon.png").write_bytes(png)
