import { SwatError } from '../errors';
import { attackOf } from '../plant/attacks';
import type { DrillPlan } from '../plant/drill';
import type { Schedule } from '../plant/schedule';
import type { PlantSimulation } from '../plant/sim/plant';
import type { HistorianOptions } from './historian';
import { Pacer, type FrameSource, type InHand, type Timers } from './pacer';
import { Place, type PlaceState } from './place';
import type { PlayerEvents } from './player-event';
import { fromFactor, readPlayer, toFactor, type SavedPlayer, type StandingPlayer } from './player-state';
import { replaySource, type OpenFile, type ReplaySource } from './replay';
import { simulatedSource, type SimulatedSource } from './simulated';
import type { SourceFrame } from './source';

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

export type PlayerState = 'stopped' | 'running' | 'paused' | 'finished' | 'failed';

/** Broken lines, and unreadable cells, that are told one by one. */
const TOLD = 100;

/** Plays frames from the simulated plant or a historian's file, and does as it is told meanwhile. */
export class Player {
  state: PlayerState = 'stopped';
  /** Line of the file that was sent last. */
  line: number | undefined;
  private pacer: Pacer<SourceFrame> | undefined;
  private simulated: SimulatedSource | undefined;
  private replay: ReplaySource | undefined;
  private place = new Place();
  private time: number;
  /** Broken lines, and unreadable cells, since the start. */
  skipped = 0;
  skippedCells = 0;
  /** Why it failed, in the state `failed`. */
  failure: unknown;
  private frames = 0;
  /** As set; a command may change {@link factor}. */
  private readonly usual: number;
  /** How it stood when it was closed, or failed. */
  private left: SavedPlayer | undefined;
  private closed = false;

  /**
   * @param factor event time over the time that passes; infinite for as fast as the flow takes it
   * @param credit send only what {@link grant} allowed
   */
  constructor(
    private readonly input: PlayerInput,
    private readonly events: PlayerEvents,
    private readonly timers: Timers,
    public factor: number,
    private readonly credit: boolean,
  ) {
    this.usual = factor;
    this.time = timers.date();
  }

  /** The attack that runs or waits. */
  get attack(): PlantSimulation['attack'] {
    return this.simulated?.plant.attack;
  }

  /** What a waiting attack waits for. */
  get awaited(): PlantSimulation['awaited'] {
    return this.simulated?.plant.awaited ?? [];
  }

  /** How far the drill is, if there is one. */
  get drilling(): SimulatedSource['drilling'] {
    return this.simulated?.drilling;
  }

  /** Begins at the beginning, whatever went on before. The simulated plant's time starts now. */
  start(): void {
    this.begin(0);
  }

  /** How it stands, to go on from there; `undefined` where there is nothing to go on with. After {@link close} as it was then. */
  saved(): SavedPlayer | undefined {
    if (this.closed || this.state === 'failed') return this.left;
    return this.standing();
  }

  /**
   * Takes back what {@link saved} gave, of a player with the same input; {@link goOn} goes on with it. Nothing that was told
   * is told again.
   * @throws SwatError `snapshot-corrupt`, `plant-snapshot`, `unknown-attack`; the player then is as it was
   */
  restore(given: unknown): void {
    const saved = readPlayer(given, this.input.mode);
    if (saved.state === 'finished') this.end();
    else this.resumeFrom(saved);
    ({
      state: this.state,
      time: this.time,
      frames: this.frames,
      skipped: this.skipped,
      skippedCells: this.skippedCells,
    } = saved);
  }

  /** After {@link restore}: goes on, where it was running. */
  goOn(): void {
    if (this.state === 'running') this.pacer?.run();
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
    this.end();
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    this.tell('stopped');
  }

  /** Ends it without a word, for good. */
  close(): void {
    this.left = this.saved();
    this.closed = true;
    this.end();
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
    if (this.simulated === undefined) throw new SwatError('source-not-running', { state: this.state });
    return this.simulated.plant;
  }

  private begin(credits: number): void {
    this.end();
    this.frames = this.skipped = this.skippedCells = 0;
    this.failure = this.left = undefined;
    this.line = undefined;
    this.time = this.timers.date();
    const { input } = this;
    if (input.mode === 'simulation') {
      this.simulated = this.simulate(input, { seed: input.seed, startTime: this.time });
      if (input.drill !== undefined) this.simulated.drill(input.drill);
      this.pacer = this.paced(this.simulated, { frame: undefined, credits });
    } else this.pacer = this.replayed(input, { credits });
    this.state = 'running';
    this.tell('started');
    this.pacer.run();
  }

  private resumeFrom({ factor, usual, credits, simulation, replay }: StandingPlayer): void {
    const { input } = this;
    if (input.mode === 'simulation' && simulation !== undefined) {
      const simulated = this.simulate(input, simulation);
      this.end();
      this.simulated = simulated;
      this.pacer = this.paced(simulated, { frame: simulation.held ?? undefined, credits });
    } else if (input.mode === 'historian' && replay !== undefined) {
      this.end();
      this.line = replay.line ?? undefined;
      this.pacer = this.replayed(input, { credits }, replay);
    }
    // A pace that was set since by hand, in the settings, is newer than the command's.
    if (fromFactor(usual) === this.usual) this.setFactor(fromFactor(factor));
  }

  private simulate(
    input: Extract<PlayerInput, { mode: 'simulation' }>,
    from: Parameters<typeof simulatedSource>[0],
  ): SimulatedSource {
    return simulatedSource(from, input.schedule, (event) => this.events.event(event));
  }

  private replayed(
    input: Extract<PlayerInput, { mode: 'historian' }>,
    { credits }: Pick<InHand<SourceFrame>, 'credits'>,
    state?: PlaceState,
  ): Pacer<SourceFrame> {
    const place = new Place(state);
    this.place = place;
    this.replay = replaySource(
      () => input.open(),
      input,
      ({ line, error }) => {
        if (!place.line()) return;
        this.skipped += 1;
        if (this.skipped <= TOLD) this.events.event({ event: 'line-skipped', time: this.time, line, error });
      },
      (cell) => {
        if (!place.cell()) return;
        this.skippedCells += 1;
        if (this.skippedCells <= TOLD) this.events.event({ event: 'cell-skipped', time: this.time, ...cell });
      },
      state?.from ?? undefined,
    );
    return this.paced(this.replay, { frame: undefined, credits });
  }

  private paced(source: FrameSource<SourceFrame>, inHand: InHand<SourceFrame>): Pacer<SourceFrame> {
    return new Pacer(
      source,
      {
        frame: (frame) => this.pass(frame),
        finished: () => this.finish(),
        failed: (cause) => this.fail(cause),
      },
      this.timers,
      { factor: this.factor, credit: this.credit },
      inHand,
    );
  }

  private standing(): SavedPlayer | undefined {
    const { state, time, frames, skipped, skippedCells, simulated, replay, pacer } = this;
    const counts = { time, frames, skipped, skippedCells };
    if (state === 'finished') return { state, ...counts };
    if (pacer === undefined) return undefined;
    const { frame, credits } = pacer.inHand;
    const standing = {
      state: state === 'paused' ? state : ('running' as const),
      ...counts,
      factor: toFactor(this.factor),
      usual: toFactor(this.usual),
      credits,
    };
    if (simulated !== undefined) return { ...standing, simulation: { ...simulated.saved(), held: frame ?? null } };
    return { ...standing, replay: { ...this.place.saved(replay?.head), line: this.line ?? null } };
  }

  private end(): void {
    this.pacer?.close();
    this.pacer = undefined;
    this.simulated = undefined;
    this.replay = undefined;
  }

  private pass(frame: SourceFrame): void {
    this.time = frame.time;
    this.line = frame.line;
    this.frames += 1;
    if (frame.line !== undefined) this.place.sent(frame);
    this.events.frame(frame);
  }

  private finish(): void {
    this.end();
    this.state = 'finished';
    const { time, frames, skipped, skippedCells } = this;
    this.events.event({ event: 'finished', time, frames, skipped, skippedCells });
  }

  private fail(cause: unknown): void {
    if (cause instanceof SwatError && cause.code === 'file-changed') {
      this.beginAnew(cause);
      return;
    }
    // A file that cannot be read for a while is gone on with; one that never gave anything is not.
    this.left = this.line === undefined ? undefined : this.standing();
    this.end();
    this.state = 'failed';
    this.failure = cause;
    this.events.failed(cause);
  }

  private beginAnew(reason: SwatError): void {
    const { state, pacer } = this;
    this.events.begunAnew(reason);
    this.begin(pacer?.inHand.credits ?? 0);
    if (state === 'paused') this.pause();
  }

  private tell(event: 'started' | 'paused' | 'resumed' | 'stopped'): void {
    this.events.event({ event, time: this.time });
  }
}
