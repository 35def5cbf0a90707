import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds that requests take, from a prediction to a page that waits for the disk. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

/** What an API tells of itself, in the text form of Prometheus; series by operation and status, never by key, asset or tag. */
export class ApiFigures {
  readonly #registry = new Registry();
  readonly #requests: Counter<'operation' | 'status'>;
  readonly #seconds: Histogram<'operation'>;
  readonly #dropped: Counter;

  /** @param clients how many WebSockets are open now */
  constructor(clients: () => number) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'swat_api_requests_total',
      help: 'Requests answered.',
      labelNames: ['operation', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'swat_api_request_duration_seconds',
      help: 'How long a request took, until its answer was written.',
      labelNames: ['operation'],
      buckets: BUCKETS,
      registers,
    });
    this.#dropped = new Counter({
      name: 'swat_api_stream_dropped_total',
      help: 'Verdicts that were not sent to a WebSocket whose reader is too slow.',
      registers,
    });
    new Gauge({
      name: 'swat_api_stream_clients',
      help: 'WebSockets that are open.',
      registers,
      collect() {
        this.set(clients());
      },
    });
  }

  request(operation: string, status: number, seconds: number): void {
    this.#requests.inc({ operation, status });
    this.#seconds.observe({ operation }, seconds);
  }

  dropped(): void {
    this.#dropped.inc();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
