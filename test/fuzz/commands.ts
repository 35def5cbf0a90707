type Given = Readonly<Record<string, unknown>>;

const ID = 'asset 1/1700000000000/plant';
const MATCHERS = [{ name: 'asset', value: 'asset .*', isRegex: true }];
const DETECTOR: readonly Given[] = [
  { command: 'collect', windows: 20, train: false, stride: 1, leaveOut: true, more: true, exclude: { tags: ['LIT101'], ranges: [] } },
  { command: 'check', file: 'x.csv' },
  { command: 'train', epochs: 1, file: 'x.csv', seed: 1, quantile: 0.99, hidden: [4] },
  { command: 'stop' },
  { command: 'activate', version: '20260101-000000-aaaaaa', user: 'a', reason: 'b' },
  { command: 'rollback', reason: 'b' },
  { command: 'versions' },
  { command: 'history', limit: 10, before: 1 },
  { command: 'compare', a: 'x', b: 'y' },
  { command: 'export', version: 'reference', form: 'bundle' },
  { command: 'import', file: 'network-x.tar' },
  { command: 'delete', version: 'x' },
  { command: 'shadow', version: 'x' },
  { command: 'calibrate', file: 'network-x.tar' },
  { command: 'baseline', asset: 'asset 1' },
  { command: 'accept-as-normal', asset: 'asset 1', tag: 'LIT101', user: 'a' },
  { command: 'reset-baseline', asset: 'asset 1', tags: ['LIT101'] },
]; // prettier-ignore
const ALARM: readonly Given[] = ['ack', 'unshelve', 'suppress', 'unsuppress', 'out-of-service', 'return-to-service', 'unlatch'].map(
  (command) => ({ command, id: ID, asset: 'asset 1', kind: 'process', user: 'anna', comment: 'seen', commandId: 'c1' }),
); // prettier-ignore

/** The commands of each node, with arguments that it knows: what a fuzzed command is made from. */
export const COMMANDS: Readonly<Record<string, readonly Given[]>> = {
  'swat-source': [
    { command: 'start' },
    { command: 'pause' },
    { command: 'resume' },
    { command: 'stop' },
    { command: 'attack', id: 16 },
    { command: 'stop-attack' },
    { command: 'drill', count: 3, seed: 1, gap: [60, 120] },
    { command: 'scoreboard' },
    { command: 'speed', factor: 2 },
    { command: 'next', count: 3 },
  ],
  'swat-check': [
    { command: 'list', asset: 'asset 1' },
    { command: 'reset', asset: 'asset 1' },
  ],
  'swat-window': [
    { command: 'stats', asset: 'asset 1' },
    { command: 'reset', asset: 'asset 1' },
  ],
  'swat-autoencoder': DETECTOR,
  'swat-pca': DETECTOR,
  'swat-iforest': DETECTOR,
  'swat-severity': [{ command: 'reset', asset: 'asset 1' }],
  'swat-alert': [
    ...ALARM,
    { command: 'ack-all', asset: 'asset 1', user: 'anna' },
    { command: 'shelve', id: ID, minutes: 30, oneShot: true, user: 'anna', comment: 'works' },
    { command: 'comment', id: ID, comment: 'seen', user: 'anna' },
    { command: 'record', asset: 'asset 1', comment: 'seen', user: 'anna' },
    { command: 'list', asset: 'asset 1' },
    { command: 'reset', asset: 'asset 1' },
    { command: 'silence', matchers: MATCHERS, minutes: 5, from: 1, comment: 'works', user: 'anna' },
    { command: 'unsilence', id: 'x' },
    { command: 'silences' },
    { command: 'metrics' },
    { command: 'journal', asset: 'asset 1', from: 0, to: 1, limit: 3, after: 'x' },
    { command: 'export', form: 'csv', from: 0, to: 1 },
    { command: 'identify', user: 'anna', pin: '1234' },
    { command: 'rebirth' },
  ],
  'swat-heartbeat': [
    { command: 'reset', asset: 'asset 1' },
    { command: 'state', asset: 'asset 1' },
  ],
  'swat-history': [
    { command: 'assets' },
    { command: 'trend', asset: 'asset 1', from: 0, to: 1e12, points: 50, tags: ['LIT101'] },
    { command: 'overview', asset: 'asset 1' },
    { command: 'streams' },
    { command: 'forget', asset: 'asset 1' },
  ],
  'swat-notify': [
    { command: 'confirm', key: 'a' },
    { command: 'fail', key: 'a', reason: 'b' },
    { command: 'list', limit: 3, state: 'dead' },
    { command: 'retry', key: 'a', all: true, state: 'dead' },
    { command: 'drop', key: 'a', all: true },
  ],
  'swat-report': [
    { command: 'report', kind: 'day', from: 0, to: 1e12, asset: 'asset 1', formats: ['csv'], language: 'en-US' },
    { command: 'report', kind: 'incident', alarm: ID, timeZone: 'UTC' },
  ],
  'swat-kafka-in': [
    { command: 'commit', receipt: 'a' },
    { command: 'reject', receipt: 'a', reason: 'b' },
    { command: 'pause' },
    { command: 'resume' },
    { command: 'metrics' },
  ],
  'swat-kafka-out': [{ command: 'metrics' }],
};
