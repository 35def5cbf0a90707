import assert from 'node:assert/strict';
import { together } from '../../../lib/alarm/together';

describe('parts of a text', () => {
  for (const [parts, whole] of [
    [['One.', 'Two.'], 'One. Two.'],
    [['一。', '二。'], '一。二。'],
    [['采集窗口：', '60 %', '（剩余 2 min）'], '采集窗口：60 %（剩余 2 min）'],
    [['备注：see shift book', '起始于：LIT101。'], '备注：see shift book 起始于：LIT101。'],
    [['', 'One.', ''], 'One.'],
    [[], ''],
  ] as const) {
    it(`are put together as "${whole}"`, () => {
      assert.equal(together(parts), whole);
    });
  }
});
