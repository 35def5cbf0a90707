import assert from 'node:assert/strict';
import { modbusSink } from '../../../../lib/cli/to/modbus';
import { readTarget } from '../../../../lib/cli/to/target';
import { SwatError } from '../../../../lib/errors';
import { systemTimers } from '../../../../lib/platform/timers';
import { SWAT } from '../../../../lib/plant/swat';
import { blockOf, frameOf } from '../../../../lib/stream/registers';
import { createPlantSimulation } from '../../../../lib/plant/sim/plant';
import { freePort } from '../../../harness/node-red';
import { ask } from '../../modbus/client';

describe('the sink of modbus://', () => {
  it('serves the simulated plant, an asset a unit, so that its own dictionary reads it back', async () => {
    const port = await freePort();
    const assets = ['A', 'B'];
    const sink = modbusSink(readTarget(`modbus://127.0.0.1:${port}`), {
      plant: SWAT, assets, timers: systemTimers, env: {},
    }); // prettier-ignore
    await sink.ready();
    const said = `serving 51 tags on 127.0.0.1:${port}, unit 1: `;
    assert.ok(sink.where?.().startsWith(said), sink.where?.());
    assert.match(sink.where?.() ?? '', /holding registers 0-44.*coils 0-19.*1 more/);
    try {
      const plant = createPlantSimulation({ seed: 5, startTime: 0 });
      for (let second = 0; second < 50; second += 1) {
        const { time, values } = plant.step();
        const named = Object.fromEntries(SWAT.tags.map(({ name }, tag) => [name, values[tag]]));
        await sink.put({ asset: 'B', time, values: named });
        if (second % 10 > 0) continue;
        const read: Record<string, unknown> = {};
        for (const [fc, quantity] of [[3, 45], [1, 20]] as const) {
          const payload = await ask(port, 2, fc, 0, quantity);
          const block = blockOf({ payload, input: { payload: { fc, address: 0, quantity, unitid: 2 } } });
          assert.ok(block);
          Object.assign(read, frameOf(block, SWAT, false));
        } // prettier-ignore
        for (const { name, states, source } of SWAT.tags) {
          const got = read[name];
          const value = typeof got === 'boolean' ? (got ? 2 : 1) : Number(got);
          const off = Math.abs(value - named[name]);
          assert.ok(
            off <= (states === undefined ? 1e-4 + (source?.gain ?? 0) / 2 : 0),
            `${name} is ${named[name]}, read as ${value}`,
          );
        }
      }
      await assert.rejects(ask(port, 1, 3, 0, 1), /exception 4/, 'nothing of A yet');
      assert.deepEqual([sink.state.sent, sink.state.waiting, sink.state.problem], [50, 0, undefined]);

      // Of a value that is not good a float says so; what is no float keeps its last one.
      const before = await ask(port, 2, 3, 0, 45);
      const bad = Object.fromEntries(SWAT.tags.map(({ name }) => [name, 0]));
      const values = Object.fromEntries(SWAT.tags.map(({ name }) => [name, 1]));
      await sink.put({ asset: 'B', time: 0, values, quality: bad });
      const after = await ask(port, 2, 3, 0, 45);
      SWAT.sources.registers.forEach(({ table, register, dataType, tag }) => {
        if (table !== 'holding') return;
        const words = (all: readonly number[]) => all.slice(register, register + (dataType === 'float32' ? 2 : 1));
        if (dataType === 'float32') assert.ok(words(after).includes(0x7fc0), SWAT.tags[tag].name);
        else assert.deepEqual(words(after), words(before), SWAT.tags[tag].name);
      });
    } finally {
      await sink.close(0);
    }
    await assert.rejects(ask(port, 2, 3, 0, 1));
  });

  it('says what to do where it cannot listen', async () => {
    const around = { plant: SWAT, assets: ['A'], timers: systemTimers, env: {} };
    const target = readTarget('modbus://192.0.2.1:1502');
    await assert.rejects(
      modbusSink(target, around).ready(),
      (error) =>
        error instanceof SwatError && error.code === 'modbus-listen' && error.details.reason === 'EADDRNOTAVAIL',
    );
  });
});
