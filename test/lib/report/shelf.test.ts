import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '../../../lib/platform/files';
import { readLogo } from '../../../lib/report/logo';
import { reportName } from '../../../lib/report/names';
import { ReportShelf } from '../../../lib/report/shelf';
import { DAY } from './story';

describe('the folder of reports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swat-shelf-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the newest, each with all of its files, and files that are none of its own', async () => {
    writeFileSync(join(folder, 'notes.pdf'), 'mine');
    const shelf = new ReportShelf(disk, folder, 2);
    for (const hour of [1, 2, 3]) {
      const name = reportName({ made: DAY + hour * 3_600_000, kind: 'shift', plant: 'Wasserwerk Süd 一号/../..' });
      const files = ['.pdf', '_episodes.csv', '_figures.csv'].map((end) => ({ format: 'pdf' as const, name: name + end, type: '', bytes: Buffer.from(String(hour)) })); // prettier-ignore
      await shelf.put({ files });
    }
    const left = readdirSync(folder).sort();
    assert.deepEqual(left, [2, 3].flatMap((hour) => ['.pdf', '_episodes.csv', '_figures.csv'].map((end) => `2026-11-27T0${hour}-00-00.000Z_shift_Wasserwerk-Süd-一号${end}`)).concat('notes.pdf')); // prettier-ignore
  });

  it('says where it could not write', async () => {
    const shelf = new ReportShelf(disk, join(folder, 'notes.pdf'), 2);
    const files = [{ format: 'csv' as const, name: 'a.csv', type: '', bytes: Buffer.from('') }];
    await assert.rejects(shelf.put({ files }), { code: 'report-write' });
  });
});

describe('a logo', () => {
  const png = (width: number, height: number): Buffer => {
    const bytes = Buffer.alloc(64);
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };
  const jpeg = Buffer.from('ffd8ffe000044a46ffc0001108006400c803012200021101031101ffd9', 'hex');
  const svg = (inside: string): Buffer => Buffer.from(`<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`); // prettier-ignore

  for (const [what, bytes, type] of [
    ['a PNG', png(200, 80), 'png'],
    ['a JPEG', jpeg, 'jpeg'],
    ['a plain SVG', svg('<rect width="4" height="4" fill="url(#a)"/>'), 'svg'],
  ] as const) {
    it(`is ${what}`, () => assert.equal(readLogo(bytes).type, type));
  }
  for (const [what, bytes, why] of [
    ['nothing', Buffer.alloc(0), 'size'],
    ['half a megabyte and more', Buffer.alloc(512 * 1024 + 1), 'size'],
    ['a PNG of a million points a side', png(1e6, 10), 'side'],
    ['a JPEG without a size', Buffer.from('ffd8ffd9', 'hex'), 'side'],
    ['a GIF', Buffer.from('GIF89a'), 'type'],
    ['a page', Buffer.from('<html><svg></svg></html>'), 'type'],
    ['an SVG with a script', svg('<script>alert(1)</script>'), 'unsafe'],
    ['an SVG that does something', svg('<g onload="alert(1)"/>'), 'unsafe'],
    ['an SVG with a picture from elsewhere', svg('<image href="http://a/b.png"/>'), 'unsafe'],
    ['an SVG with a style from elsewhere', svg('<style>@import "http://a"</style>'), 'unsafe'],
    ['an SVG with entities', Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>'), 'type'],
  ] as const) {
    it(`is not ${what}`, () => {
      assert.throws(() => readLogo(bytes), (error: { code: string; details: { why: string } }) => error.code === 'report-logo' && error.details.why === why); // prettier-ignore
    });
  }
});
