import { SwatError } from '../errors';
import type { AttackEvent } from '../plant/attack-event';
import { attackOf } from '../plant/attacks';
import type { DrillPlan } from '../plant/drill';
import type { Schedule } from '../plant/schedule';
import { createPlantSimulation, type PlantSimulation } from '../plant/sim/plant';
import type { HistorianOptions, UnreadableCell } from './historian';
import { Pacer, type FrameSource, type Timers } from './pacer';
import { replaySource, type OpenFile } from './replay';
import { simulatedSource, type SimulatedSource } from './simulated';
import type { DrillEvent, SourceFrame } from './source';

/** Where the frames come from. */
export type PlayerInput =
  | {
      readonly mode: 'simulation';
      readonly seed: number;
      readonly schedule: Schedule;
      /** Begins with the start. */
      readonly drill?: DrillPlan;
    }
  | ({ readonly mode: 'historian'; readonly loop: boolean; open(): Promise<OpenFile> } & HistorianOptions);

export type PlayerEvent =
  | AttackEvent
  | DrillEvent
  | { readonly event: 'started' | 'paused' | 'resumed' | 'stopped'; readonly time: number }
  /** The record is at its end. */
  | {
      readonly event: 'finished';
      readonly time: number;
      readonly frames: number;
      /** Broken lines, and unreadable cells in the others. */
      readonly skipped: number;
      readonly skippedCells: number;
    }
  /** Told for the first hundred; all are counted. */
  | { readonly event: 'line-skipped'; readonly time: number; readonly line: number; readonly error: SwatError }
  /** A cell that could not be read; told for the first hundred, all are counted. */
  | ({ readonly event: 'cell-skipped'; readonly time: number; readonly line: number } & UnreadableCell);

export interface PlayerEvents {
  frame(frame: SourceFrame): void;
  event(event: PlayerEvent): void;
  failed(cause: unknown): void;
}

export type PlayerState = 'stopped' | 'running' | 'paused' | 'finished' | 'failed';

/** Broken lines, and unreadable cells, that are told one by one. */
const TOLD = 100;

/** Plays frames from the simulated plant or a historian's file, and does as it is told meanwhile. */
export class Player {
  state: PlayerState = 'stopped';
  /** Line of the file that was sent last. */
  line: number | undefined;
  private pacer: Pacer<SourceFrame> | undefined;
  private plant: PlantSimulation | undefined;
  private simulated: SimulatedSource | undefined;
  private time: number;
  /** Broken lines, and unreadable cells, since the start. */
  skipped = 0;
  skippedCells = 0;
  /** Why it failed, in the state `failed`. */
  failure: unknown;
  private frames = 0;

  /**
   * @param factor event time over wall-clock time; infinite for as fast as the flow takes it
   * @param credit send only what {@link grant} allowed
   */
  constructor(
    private readonly input: PlayerInput,
    private readonly events: PlayerEvents,
    private readonly timers: Timers,
    public factor: number,
    private readonly credit: boolean,
  ) {
    this.time = timers.now();
  }

  /** The attack that runs or waits. */
  get attack(): PlantSimulation['attack'] {
    return this.plant?.attack;
  }

  /** What a waiting attack waits for. */
  get awaited(): PlantSimulation['awaited'] {
    return this.plant?.awaited ?? [];
  }

  /** How far the drill is, if there is one. */
  get drilling(): SimulatedSource['drilling'] {
    return this.simulated?.drilling;
  }

  /** Begins at the beginning, whatever went on before. The simulated plant's time starts now. */
  start(): void {
    this.pacer?.close();
    this.frames = this.skipped = this.skippedCells = 0;
    this.failure = undefined;
    this.line = undefined;
    this.time = this.timers.now();
    const pacer = new Pacer(
      this.source(),
      {
        frame: (frame) => this.pass(frame),
        finished: () => this.finish(),
        failed: (cause) => this.fail(cause),
      },
      this.timers,
      { factor: this.factor, credit: this.credit },
    );
    this.pacer = pacer;
    this.state = 'running';
    this.tell('started');
    pacer.run();
  }

  pause(): void {
    if (this.state !== 'running') throw new SwatError('source-not-running', { state: this.state });
    this.pacer?.pause();
    this.state = 'paused';
    this.tell('paused');
  }

  resume(): void {
    if (this.state !== 'paused') throw new SwatError('source-not-paused', { state: this.state });
    this.pacer?.run();
    this.state = 'running';
    this.tell('resumed');
  }

  /** Ends it; {@link start} begins anew. */
  stop(): void {
    this.close();
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    this.tell('stopped');
  }

  /** Ends it without a word. */
  close(): void {
    this.pacer?.close();
    this.pacer = undefined;
    this.plant = undefined;
    this.simulated = undefined;
  }

  /** @throws SwatError `unknown-attack`, `no-simulation`, `source-not-running` */
  startAttack(id: number): void {
    attackOf(id);
    this.simulation().start(id);
  }

  /** Ends the attack, and the drill it may belong to. */
  stopAttack(): void {
    this.simulation().stop();
    this.simulated?.endDrill();
  }

  /** Starts attacks one after the other. @throws SwatError `no-simulation`, `source-not-running` */
  startDrill(plan: DrillPlan): void {
    this.simulation();
    this.simulated?.drill(plan);
  }

  setFactor(factor: number): void {
    this.factor = factor;
    this.pacer?.setFactor(factor);
  }

  /** @throws SwatError `source-not-running` */
  grant(frames: number): void {
    if (this.pacer === undefined) throw new SwatError('source-not-running', { state: this.state });
    this.pacer.grant(frames);
  }

  private simulation(): PlantSimulation {
    if (this.input.mode !== 'simulation') throw new SwatError('no-simulation');
    if (this.plant === undefined) throw new SwatError('source-not-running', { state: this.state });
    return this.plant;
  }

  private source(): FrameSource<SourceFrame> {
    const { input } = this;
    if (input.mode === 'historian') {
      return replaySource(
        () => input.open(),
        input,
        ({ line, error }) => {
          this.skipped += 1;
          if (this.skipped <= TOLD) this.events.event({ event: 'line-skipped', time: this.time, line, error });
        },
        (cell) => {
          this.skippedCells += 1;
          if (this.skippedCells <= TOLD) this.events.event({ event: 'cell-skipped', time: this.time, ...cell });
        },
      );
    }
    this.plant = createPlantSimulation({ seed: input.seed, startTime: this.time });
    this.simulated = simulatedSource(this.plant, input.schedule, (event) => this.events.event(event));
    if (input.drill !== undefined) this.simulated.drill(input.drill);
    return this.simulated;
  }

  private pass(frame: SourceFrame): void {
    this.time = frame.time;
    this.line = frame.line;
    this.frames += 1;
    this.events.frame(frame);
  }

  private finish(): void {
    this.close();
    this.state = 'finished';
    const { time, frames, skipped, skippedCells } = this;
    this.events.event({ event: 'finished', time, frames, skipped, skippedCells });
  }

  private fail(cause: unknown): void {
    this.close();
    this.state = 'failed';
    this.failure = cause;
    this.events.failed(cause);
  }

  private tell(event: 'started' | 'paused' | 'resumed' | 'stopped'): void {
    this.events.event({ event, time: this.time });
  }
}
