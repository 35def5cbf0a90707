import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import type { FlowNode } from '../harness/admin';
import { httpEndpoint, mqttEndpoint, smtpEndpoint } from '../harness/endpoints';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

type Changes = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

describe('the examples of delivery, against real endpoints', function () {
  this.timeout(90_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let flow: FlowNode[];
  let turn = 0;

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    for (const name of ['node-red-node-email', 'node-red-dashboard'])
      linkModule(userDir, name, join(checkout, 'node_modules', name));
    nodeRed = await startNodeRed({ userDir });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  /** Deploys an example: debug nodes print, pauses are short, stand-ins are asked at the port of this Node-RED. With ids of its own, unless it goes on. */
  const run = async (file: string, changes: Changes = {}, anew = true): Promise<void> => {
    if (anew) turn += 1;
    const port = new URL(nodeRed.url).port;
    const text = readFileSync(join(checkout, 'examples', file), 'utf8').replaceAll('c0ffee', `c0ff${10 + turn}`);
    flow = (JSON.parse(text) as FlowNode[]).map((node) => ({
      ...node,
      ...(node.type === 'debug' ? { console: true } : {}),
      ...(node.type === 'swat-notify' ? { retry: 0.5, maxRetry: 1 } : {}),
      ...(node.type === 'http request' ? { url: String(node.url).replace('127.0.0.1:1880', `127.0.0.1:${port}`) } : {}),
      ...(changes[typeof node.name === 'string' && node.name !== '' ? node.name : node.type] ?? {}),
    }));
    await nodeRed.admin.deploy(flow);
  };
  const press = (name: string): Promise<void> => {
    const button = flow.find((node) => node.type === 'inject' && node.name === name);
    assert.ok(button, name);
    return nodeRed.admin.inject(button.id);
  };
  /** Waits for a line of a debug node since the last deploy. */
  const said = async (debug: string, pattern: string): Promise<void> => {
    await nodeRed.waitForLog(
      new RegExp(`\\[debug:${debug}\\][^[]*${pattern}(?![^]*Starting (modified )?(flows|nodes))`),
    );
  };
  const until = (what: string, ready: () => boolean): Promise<void> =>
    eventually(ready, () => `${what}:\n${nodeRed.log().slice(-4000)}`);

  it('14: the mail has subject, text and HTML; what a dead server did not take comes when it is back, once', async () => {
    const smtp = await smtpEndpoint();
    try {
      await run('14-e-mail.json', { 'e-mail': { port: String(smtp.port) } });
      await press('Alarm');
      await until('the first mail', () => smtp.got.length === 1);
      await said('outcomes', 'mail: delivered at attempt 1: CRITICAL in line-1');
      const [{ to, raw }] = smtp.got;
      assert.deepEqual(to, ['operator@example.com']);
      assert.match(raw, /^Subject: CRITICAL in line-1\r$/m);
      assert.match(raw, /^X-Swat-Key: \w+\.1\.raised\.CRITICAL\r$/m);
      assert.match(
        raw,
        /multipart\/alternative[^]*text\/plain[^]*LIT101[^]*text\/html[^]*<h2>CRITICAL in line-1<\/h2>/,
      );
      await smtp.stop();
      await press('Calm');
      await said('outcomes', 'attempt 2 failed and will be repeated: Over: CRITICAL in line-1 \\(connect ECONNREFUSED');
      await press('What waits');
      await said('outcomes', 'waiting: 1,');
      await smtp.start();
      await said('outcomes', 'delivered at attempt \\d+: Over: CRITICAL in line-1');
      assert.equal(smtp.got.length, 2);
      assert.match(smtp.got[1].raw, /^Subject: Over: CRITICAL in line-1\r$/m);
    } finally {
      await smtp.stop();
    }
  });

  it('15: each receiver gets the form of Twilio; what the service refused is repeated', async () => {
    const service = await httpEndpoint([503, 201, 201]);
    try {
      await run('15-sms.json', { 'http request': { url: `http://127.0.0.1:${service.port}/Messages.json` } });
      await press('Alarm');
      await until('three requests', () => service.got.length === 3);
      await said(
        'outcomes',
        'attempt 1 failed and will be repeated: CRITICAL in line-1, to \\S+ \\(answered with status 503',
      );
      await said('outcomes', 'delivered at attempt 2');
      const forms = service.got.map(({ headers, body }) => {
        assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
        return new URLSearchParams(body);
      });
      assert.deepEqual(forms.map((form) => form.get('To')).sort(), ['+15550100', '+15550100', '+15550101']);
      for (const form of forms) {
        assert.equal(form.get('From'), '+15550199');
        assert.match(String(form.get('Body')), /CRITICAL alarm in line-1\. P1: LIT101 mean is 823\.4 mm/);
      }
      const keys = new Set(service.got.map(({ headers }) => headers['idempotency-key']));
      assert.equal(keys.size, 2, 'the same for the same news to the same receiver');
    } finally {
      await service.stop();
    }
  });

  it('15: with its own stand-in, as its comment says', async () => {
    await run('15-sms.json');
    await press('Alarm');
    await said('SMS', '\\+15550100: \\w+ alarm in line-1');
    await said('SMS', '\\+15550101: \\w+ alarm in line-1');
    await press('Service down: on / off');
    await press('Calm');
    await said(
      'outcomes',
      'failed and will be repeated: Over: CRITICAL in line-1, to \\S+ \\(answered with status 503',
    );
    await press('Service down: on / off');
    await said('outcomes', 'delivered at attempt \\d+: Over: CRITICAL in line-1');
  });

  it('16: Slack and Teams get what their webhooks take, and neither holds up the other', async () => {
    const [slack, teams] = [await httpEndpoint([500, 429]), await httpEndpoint([202])];
    try {
      await run('16-slack-and-teams.json', {
        'post to Slack': { url: `http://127.0.0.1:${slack.port}/services/x` },
        'post to Teams': { url: `http://127.0.0.1:${teams.port}/workflows/x` },
      });
      await press('Alarm');
      await until('one for Teams, three for Slack', () => teams.got.length === 1 && slack.got.length === 3);
      const { text } = JSON.parse(slack.got[2].body) as { text: string };
      assert.match(text, /^\*CRITICAL in line-1\*\nCRITICAL alarm in line-1\. P1: LIT101/);
      const card = JSON.parse(teams.got[0].body) as { type: string; attachments: { contentType: string }[] };
      assert.equal(card.type, 'message');
      assert.equal(card.attachments[0].contentType, 'application/vnd.microsoft.card.adaptive');
      assert.match(JSON.stringify(card), /P1: LIT101 mean is 823\.4 mm/);
      for (const { headers } of [...slack.got, ...teams.got])
        assert.match(String(headers['content-type']), /application\/json/);
    } finally {
      await slack.stop();
      await teams.stop();
    }
  });

  it('16: with its own stand-ins, as its comment says', async () => {
    await run('16-slack-and-teams.json');
    await press('Alarm');
    await said('in Slack', 'line-1');
    await said('in Teams', 'CRITICAL in line-1 \\| ');
  });

  it('17: a receiver of any make can check the signature', async () => {
    const receiver = await httpEndpoint([401, 204]);
    try {
      const credentials = { secret: 'something else', url: `http://127.0.0.1:${receiver.port}/alarms` };
      await run('17-signed-webhook.json', {
        'http request': { url: '' },
        webhook: { retry: 1.5, maxRetry: 1.5, credentials },
      });
      await press('Alarm');
      await until('two requests', () => receiver.got.length === 2);
      for (const { headers, body, url } of receiver.got) {
        assert.equal(url, '/alarms');
        const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-swat-signature'])) ?? [];
        assert.equal(v1, createHmac('sha256', 'something else').update(`${t}.${body}`).digest('hex'));
        assert.equal((JSON.parse(body) as { key: string }).key, headers['idempotency-key']);
      }
      const [first, second] = receiver.got.map(({ headers }) => headers['x-swat-signature']);
      assert.notEqual(first, second, 'made anew for each attempt');
    } finally {
      await receiver.stop();
    }
  });

  it('17: its own receiver refuses a wrong secret, and takes the right one', async () => {
    await run('17-signed-webhook.json', { webhook: { retry: 0.5, maxRetry: 0.5, credentials: { secret: 'wrong' } } });
    await press('Alarm');
    await said('outcomes', 'failed and will be repeated: CRITICAL in line-1 \\(answered with status 401');
    await run(
      '17-signed-webhook.json',
      {
        webhook: { retry: 0.5, maxRetry: 0.5, credentials: { secret: 'only for a try' } },
      },
      false,
    );
    await said('genuine alarms', 'alarm in line-1');
    await said('outcomes', 'delivered at attempt \\d+: \\S+');
  });

  it('18: the broker gets JSON by topic; what it was not there for comes when it is', async () => {
    const broker = await mqttEndpoint();
    try {
      await run('18-mqtt.json', {
        broker: { port: String(broker.port) },
        'to MQTT': { receiptTimeout: 1, retry: 0.5, maxRetry: 1 },
      });
      await press('Alarm');
      await said('from the broker', 'swat/line-1/CRITICAL: \\w+ alarm in line-1');
      await said('outcomes', 'delivered at attempt \\d+: CRITICAL in line-1');
      const [{ topic, qos, payload }] = broker.got;
      assert.deepEqual([topic, qos], ['swat/line-1/CRITICAL', 1]);
      assert.equal((JSON.parse(payload) as { event: string }).event, 'raised');
      await broker.stop();
      await press('Calm');
      await said('outcomes', 'failed and will be repeated: Over: CRITICAL in line-1 \\(no receipt within 1 s');
      await broker.start();
      await said('outcomes', 'delivered at attempt \\d+: Over: CRITICAL in line-1');
      assert.ok(broker.got.some((each) => each.payload.includes('"event":"cleared"')));
    } finally {
      await broker.stop();
    }
  });

  it('19: the console prints and confirms, the pop-up counts as delivered, each with a filter of its own', async () => {
    await run('19-dashboard-and-console.json');
    await press('Alarm');
    await said('print', '\\d+:\\d+:\\d+ \\S+ CRITICAL alarm in line-1');
    await said(
      'outcomes',
      '(pop-up|console): delivered at attempt 1: CRITICAL[^]*(pop-up|console): delivered at attempt 1: CRITICAL',
    );
    await press('Calm');
    await said('print', 'CRITICAL alarm in line-1 is over');
    const page = await nodeRed.admin.text('/ui/');
    assert.match(page, /Node-RED Dashboard/);
  });

  it('nothing of it is an error of a SWaT node', () => {
    writeFileSync(join(userDir, 'log.txt'), nodeRed.log());
    assert.doesNotMatch(nodeRed.log(), /\[error\] \[swat-/);
  });
});
