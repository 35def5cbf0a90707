import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor, REDACTED } from '../../../lib/journal/redact';

const clean = (value: unknown, names?: readonly string[]): string =>
  JSON.stringify({ value }, createRedactor(names)).slice('{"value":'.length, -1);

describe('createRedactor', () => {
  for (const key of [
    'password',
    'PASSWORD',
    'dbPassword',
    'pwd',
    'apiKey',
    'api_key',
    'X-Api-Key',
    'clientSecret',
    'accessToken',
    'authorization',
    'Set-Cookie',
    'credentials',
    'private-key',
  ])
    // prettier-ignore
    it(`takes out what stands under ${key}, however deep`, () => {
      assert.equal(clean({ a: [{ [key]: 'hunter2' }] }), JSON.stringify({ a: [{ [key]: REDACTED }] }));
      assert.equal(clean({ [key]: { inner: 'hunter2' } }), JSON.stringify({ [key]: REDACTED }));
    });

  for (const text of [
    'https://me:hunter2@plant.example/x',
    'https://hunter2@plant.example/x',
    'opc.tcp://operator:hunter2@10.0.0.1:4840 refused',
    'postgres://swat:hun/ter2?x#y@db:5432/swat',
    'Authorization: Bearer hunter2hunter2',
    'bearer hunter2.hunter2',
    'Basic aHVudGVyMjpodW50ZXIy',
    'GET /x?api_key=hunter2&tag=LIT101',
    'access_token=hunter2',
    'login failed: password: "hunter2 hunter2"',
    'Cookie: a=hunter2; b=hunter2',
    '{"pwd":"hunter2"}',
    'eyJhbGciOiJIUzI1NiJ9.aHVudGVyMg.hunter2',
    'POST https://hooks.slack.com/services/T0/B0/hunter2 failed',
    'https://plant.webhook.office.com/webhookb2/a@b/IncomingWebhook/hunter2/c',
    'https://discord.com/api/webhooks/1/hunter2',
    'https://api.telegram.org/bot1:hunter2/sendMessage',
    'https://prod.logic.azure.com/workflows/a/invoke?sp=x&sig=hunter2',
    'GET /x?code=hunter2==&tag=LIT101',
    'GET https://sms.example/send?key=hunter2',
    '535 user=ann pass=hunter2',
    '{"user":"ann","pass":"hunter2"}',
    'AUTH PLAIN aHVudGVyMg== refused',
    '-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----',
  ])
    it(`takes the secret out of ${JSON.stringify(text)}`, () => {
      const cleaned = clean(text);
      assert.ok(!/hunter|ter2|aHVudGVy/.test(cleaned), cleaned);
      assert.ok(cleaned.includes(REDACTED));
      assert.equal(JSON.parse(clean(JSON.parse(cleaned))), JSON.parse(cleaned), 'again gives the same');
    });

  for (const value of [
    'P1: LIT301 rises to 823.4 mm, expected 512.1 mm.',
    'http://127.0.0.1:1880/red says no',
    'https://hooks.slack.com refused the connection',
    'The bypass of P101 is open; first pass: 3, passed: none.',
    'http://127.0.0.1/x?tag=LIT101&from=-24h',
    'https://docs.example:8443/a?mail=me@example.org',
    'opc.tcp://10.0.0.1:4840',
    'asset line-1/pump-3: 12:30:00',
    { key: 'told/7', id: 'a', stateKey: 'x', ratio: 1.5, has_password: true, password: null },
  ])
    it(`leaves ${JSON.stringify(value)} as it is`, () => assert.equal(clean(value), JSON.stringify(value)));

  it('knows further names, and takes them literally', () => {
    assert.equal(clean({ siteCode: 'x', 'a.b': 'y', aXb: 'z' }, ['site-code', 'a.b']), `{"siteCode":"${REDACTED}","a.b":"${REDACTED}","aXb":"z"}`); // prettier-ignore
    assert.equal(clean('site-code=1234, c=2', ['site-code']), `"site-code=${REDACTED}, c=2"`);
    assert.equal(clean('a.b=1 aXb=2', ['a.b']), `"a.b=${REDACTED} aXb=2"`);
  });

  it('leaves no secret in, whatever surrounds it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{8,20}$/).map((text) => `Z9${text}9Z`);
    const frame = fc.constantFrom(
      (s: string) => ({ token: s }),
      (s: string) => `x://u:${s}@h`,
      (s: string) => `password=${s}`,
      (s: string) => `Bearer ${s}`,
      (s: string) => ({ list: [`secret: ${s}`, { credentials: [s] }] }),
    );
    fc.assert(
      fc.property(secret, frame, fc.string(), fc.jsonValue(), (hidden, around, text, more) => {
        const inner = around(hidden);
        const value = typeof inner === 'string' ? `${text} ${inner} ${text}` : inner;
        assert.ok(!clean({ more, value, last: [value] }).includes(hidden));
      }),
      { numRuns: 500 },
    );
  });

  it('takes its time in proportion to the text, which is cut', () => {
    const evil = [':'.repeat(1e6), '://a:'.repeat(2e5), 'password='.repeat(1e5), 'authorization'.repeat(1e5)];
    const before = performance.now();
    for (const text of evil) assert.ok(clean(text).length < 10_000);
    // Quadratic work would take minutes.
    assert.ok(performance.now() - before < 5000, `${performance.now() - before} ms`);
  });
});
