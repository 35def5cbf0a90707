import type { OutForm } from './form';
import type { Sink, SinkAround } from './sink';
import type { Target } from './target';

/** The sink of a target; a client is loaded only where it is needed. @throws SwatError where its settings cannot work */
export async function openSink(target: Target, form: OutForm, around: SinkAround): Promise<Sink> {
  switch (target.scheme) {
    case 'kafka': {
      // `readForm` has refused it.
      if (form === 'sparkplug') throw new TypeError(form);
      const { kafkaSink } = await import('./kafka.js');
      return kafkaSink(target, form, around);
    }
    case 'mqtt':
    case 'mqtts': {
      const { mqttSink } = await import('./mqtt.js');
      return mqttSink(target, form, around);
    }
    case 'modbus': {
      const { modbusSink } = await import('./modbus.js');
      return modbusSink(target, around);
    }
  }
}
