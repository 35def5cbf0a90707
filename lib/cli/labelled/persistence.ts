/** Says whether a condition has held for so many windows running, this one included. */
export class Persistence {
  private held = 0;

  constructor(private readonly windows: number) {}

  next(holds: boolean): boolean {
    this.held = holds ? this.held + 1 : 0;
    return this.held >= this.windows;
  }
}
