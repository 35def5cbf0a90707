import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { checkout } from '../harness/user-dir';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What nodes/dashboard/trend-zoom.js gives: it is a module of the browser. */
interface Spans {
  spanOf(one: number, other: number): Span;
  zoomed(span: Span, factor: number, around?: number): Span;
  moved(span: Span, direction: number, newest: number): Span;
  fieldTime(time: number): string;
  spanIn(fields: { readonly from: string; readonly to: string }): Span | { readonly wrong: string };
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 28, 12);

describe('the spans of the trend', () => {
  let spans: Spans;
  before(() => {
    const entry = join(checkout, 'nodes', 'dashboard', 'trend-zoom.js');
    const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, write: false, format: 'iife', globalName: 'spans' }); // prettier-ignore
    spans = runInThisContext(`(() => { ${outputFiles[0].text} return spans; })()`) as Spans;
  });

  it('are named by two fields, in the time of the computer that shows them', () => {
    const span = { from: NOON - 90_500, to: NOON };
    const fields = { from: spans.fieldTime(span.from), to: spans.fieldTime(span.to) };
    assert.match(fields.from, /^2026-11-2\dT\d\d:\d\d:29$/);
    // As a browser writes it, or it would be set again with each picture under the hands of who types.
    assert.match(fields.to, /^2026-11-2\dT\d\d:\d\d$/);
    // To the second.
    assert.deepEqual(spans.spanIn(fields), { from: NOON - 91_000, to: NOON });
    assert.deepEqual(spans.spanIn({ from: '2026-11-28T09:30', to: '2026-11-28T10:00:05' }), {
      from: new Date(2026, 10, 28, 9, 30).getTime(),
      to: new Date(2026, 10, 28, 10, 0, 5).getTime(),
    });
  });

  for (const [from, to, wrong] of [
    ['', '2026-11-28T10:00', 'spanMissing'],
    ['2026-11-28T10:00', '', 'spanMissing'],
    ['yesterday', '2026-11-28T10:00', 'spanMissing'],
    ['2026-11-28T10:00', '2026-11-28T10:00', 'spanOrder'],
    ['2026-11-28T10:00', '2026-11-27T10:00', 'spanOrder'],
  ]) {
    it(`are refused from "${from}" to "${to}"`, () => {
      assert.deepEqual(spans.spanIn({ from, to }), { wrong });
    });
  }

  it('are never shorter than ten seconds, nor made longer than a month', () => {
    assert.deepEqual(spans.spanOf(NOON + 1000, NOON), { from: NOON - 4500, to: NOON + 5500 });
    const month = spans.zoomed({ from: NOON - 20 * DAY, to: NOON }, 2);
    assert.equal(month.to - month.from, 31 * DAY);
    // One that was asked for by its ends stays as long as it is.
    const longer = spans.zoomed({ from: NOON - 60 * DAY, to: NOON }, 2);
    assert.equal(longer.to - longer.from, 60 * DAY);
  });

  it('move by half of their length, and not past the newest', () => {
    const span = { from: NOON - HOUR, to: NOON };
    assert.deepEqual(spans.moved(span, -1, NOON), { from: NOON - 1.5 * HOUR, to: NOON - HOUR / 2 });
    assert.deepEqual(spans.moved(span, 1, NOON + 60_000), { from: NOON - HOUR + 60_000, to: NOON + 60_000 });
    assert.deepEqual(spans.moved(span, 1, NOON - HOUR), span);
  });
});
