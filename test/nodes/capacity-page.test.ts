import assert from 'node:assert/strict';
import { count, measured as figure, page } from '../harness/bench-results';

const text = page('capacity.md');
const says = (wanted: string): void => assert.ok(text.includes(wanted), `docs/capacity.md does not say: ${wanted}`);

describe('docs/capacity.md', () => {
  const cpu = figure('node-red', 'CPU time a sample');
  const kafka = figure('kafka', 'upto: CPU time a sample');
  const many = figure('capacity', '5000 assets, CPU time a sample') - cpu;
  const asset = figure('memory', 'an asset, five nodes, alarm open, resident');
  const base = figure('memory', '1000 assets, five nodes, the whole process') - (999 * figure('memory', 'an asset, five nodes, resident')) / 1000; // prettier-ignore
  const [sample, gzip] = [figure('weights', 'a sample, JSON'), figure('weights', 'a sample, gzip of 500')];
  const verdict = figure('weights', 'a verdict, JSON');
  const state = figure('weights', 'the window of an asset, state') / 1000;

  it('quotes what was measured', () => {
    const rate = figure('node-red', 'samples a second');
    says(`| one, fed inside the process | ${count(rate)} | ${count(cpu)} µs | | |`);
    for (const assets of [100, 1000, 5000]) {
      const of = (what: string): number => figure('capacity', `${assets} assets, ${what}`);
      const memory = `${count(of('an asset resident'))} kB | ${count(of('the process'))} MB`;
      says(
        `| ${count(assets)} | ${count(of('samples a second'))} | ${count(of('CPU time a sample'))} µs | ${memory} |`,
      );
    }
  });

  it('quotes what was measured through Kafka', () => {
    const rate = figure('kafka', 'upto: samples a second');
    says(`| 4, from Kafka to Kafka | ${count(rate)} | ${count(kafka)} µs | | |`);
  });

  it('calculates with what was measured', () => {
    says(`N · r · ${count(kafka + many)} µs / 0.7: ${count(kafka)} µs from Kafka to Kafka, and ${count(many)} µs more`);
    says(`${count(base)} MB + its assets · ${count(asset)} kB`);
    says(`N · r · ${count(sample)} bytes (gzip of 500 at once: ${count(gzip)};`);
    says(`N · r · ${count(verdict)} bytes`);
    says(`N · ${count(state)} kB / 60 s`);
    says(`write ${((100_000 * (sample + verdict) * 7 * 86_400) / 1e12).toFixed(0)} TB of`);
  });

  for (const assets of [300, 1000, 10_000, 100_000]) {
    it(`has ${assets} assets on paper`, () => {
      const cores = (assets * (kafka + many)) / 1e6 / 0.7;
      const workers = Math.max(Math.ceil(cores), Math.ceil(assets / 4000), 2) + 1;
      // One may fail: the others have its assets.
      const memory = base + ((assets / (workers - 1)) * asset) / 1000;
      const rates = [assets * sample, assets * verdict, (assets * state * 1000) / 60].map((bytes) => (bytes / 1e6).toFixed(2)); // prettier-ignore
      const gigabytes = ((assets * state) / 1e6).toFixed(2);
      const row = [count(assets), cores.toFixed(1), workers, `${count(memory)} MB`, ...rates.map((rate) => `${rate} MB/s`), `${gigabytes} GB`]; // prettier-ignore
      says(`| ${row.join(' | ')} |`);
    });
  }
});
