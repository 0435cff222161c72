/**
 * `node pictures.js FOLDER` writes three PNG files: a picture, the same with a damaged byte, and one whose header lies so
 * that the decoder's buffer is too small for it.
 */
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function word(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  return Buffer.concat([word(data.length), body, word(crc32(body))]);
}

/** A PNG file of 8-bit RGB from rows of pixels, each row without a filter. */
function png(width, height, pixels) {
  const rowLength = 3 * width;
  const rows = [];
  for (let at = 0; at < pixels.length; at += rowLength) {
    rows.push(Buffer.from([0]), pixels.subarray(at, at + rowLength));
  }
  const header = Buffer.concat([word(width), word(height), Buffer.from([8, 2, 0, 0, 0])]);
  const data = deflateSync(Buffer.concat(rows));
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

/** A gradient that no row repeats. */
function gradient(width, height) {
  return Buffer.from(
    Array.from({ length: 3 * width * height }, (_, index) => {
      const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / (3 * width))];
      return [x, y, x * y][index % 3] % 256;
    }),
  );
}

const folder = argv[2] ?? 'pictures';
mkdirSync(folder, { recursive: true });
const picture = png(200, 120, gradient(200, 120));
writeFileSync(join(folder, 'picture.png'), picture);

const damaged = Buffer.from(picture);
damaged[picture.length >> 1] ^= 1;
writeFileSync(join(folder, 'damaged.png'), damaged);

// 4 * 65536 * 16385 is 262144 in 32 bits: room for one row. As many rows follow as fill any heap that the host grants.
const row = 3 * 65536;
const hostile = png(65536, 16385, Buffer.alloc(400 * row, 0x41));
writeFileSync(join(folder, 'hostile.png'), hostile);
