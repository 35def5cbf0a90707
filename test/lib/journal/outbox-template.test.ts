import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { escapeHtml, escapeSlack, template } from '../../../lib/journal/outbox-template';

const FIELDS = {
  level: 'WARNING',
  ratio: 1.73421,
  guidance: { response: 'Close MV101.' },
  alarms: [{ asset: 'a' }, { asset: 'b', level: 'CRITICAL' }],
  tags: ['LIT101', 'FIT101'],
  none: [],
  zero: 0,
};

describe('template', () => {
  for (const [source, wanted] of [
    ['{{level}}: {{ guidance.response }}', 'WARNING: Close MV101.'],
    ['{{ratio}} {{missing}}{{guidance.missing.deeper}}|', '1.734 |'],
    ['{{#alarms}}{{asset}} {{level}};{{/alarms}}', 'a WARNING;b CRITICAL;'],
    ['{{#tags}}<{{.}}>{{/tags}} {{tags}}', '<LIT101><FIT101> LIT101, FIT101'],
    ['{{#guidance}}Do: {{response}}{{/guidance}}{{#missing}}never{{/missing}}', 'Do: Close MV101.'],
    ['{{^none}}nothing{{/none}}{{^level}}never{{/level}}{{#zero}}never{{/zero}}', 'nothing'],
    ['no { brace } is special, nor }} these', 'no { brace } is special, nor }} these'],
    ['{{constructor}}{{__proto__}}{{level.length}}{{toString.name}}', ''],
    ['{{alarms.length}} alarms', '2 alarms'],
    ['', ''],
  ] as const) {
    it(`fills ${source || 'nothing'}`, () => assert.equal(template('text', source)(FIELDS), wanted));
  }

  for (const [source, code] of [
    ['{{{level}}}', 'template-tag'],
    ['{{&level}}', 'template-tag'],
    ['{{> partial}}', 'template-tag'],
    ['{{level', 'template-tag'],
    ['{{a b}}', 'template-tag'],
    ['{{#alarms}}x', 'template-section'],
    ['x{{/alarms}}', 'template-section'],
    ['{{#a}}{{#b}}{{/a}}{{/b}}', 'template-section'],
    ['x'.repeat(20_001), 'template-long'],
  ] as const) {
    it(`refuses ${source.slice(0, 30)} with ${code}`, () => {
      assert.throws(
        () => template('text', source),
        (error: unknown) => error instanceof SwatError && error.code === code && error.details.name === 'text',
      );
    });
  }

  it('shows any text as it is, and as no more than text in HTML and Slack', () => {
    const html = template('html', '<b>{{text}}</b>', escapeHtml);
    const slack = template('text', '{{text}}', escapeSlack);
    const back = (text: string): string =>
      text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        assert.equal(template('text', '{{text}}')({ text }), text);
        const inner = html({ text }).slice(3, -4);
        assert.doesNotMatch(inner, /[<>"'`]/);
        assert.equal(back(inner), text);
        assert.doesNotMatch(slack({ text }), /[<>]/);
      }),
    );
    assert.equal(html({ text: '<img src=x onerror=alert(1)>' }), '<b>&#60;img src=x onerror=alert(1)&#62;</b>');
    assert.equal(slack({ text: '<!channel> & <http://evil|here>' }), '&lt;!channel&gt; &amp; &lt;http://evil|here&gt;');
  });

  it('is bounded, however long the fields and lists are', () => {
    const alarms = Array.from({ length: 5000 }, (_, index) => ({ asset: `asset ${index}`.repeat(100) }));
    assert.equal(template('text', '{{#alarms}}{{asset}}{{/alarms}}')({ alarms }).length, 16_000);
    assert.equal(template('text', '{{#alarms}}.{{/alarms}}')({ alarms }).length, 100);
  });
});
