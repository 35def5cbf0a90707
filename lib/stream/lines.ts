import { StringDecoder } from 'node:string_decoder';

/** A longer line is no record of a plant: it is cut, and what follows up to its end is passed over. */
const MAX_LINE = 1 << 20;

/** One line of a text; `cut` when it was longer than one mebibyte and only its start is here. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly cut: boolean;
}

/** Splits chunks of UTF-8 into lines (LF or CRLF, with or without a byte order mark). Holds at most one line. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private cut = false;
  private number = 0;

  *push(chunk: Uint8Array | string): Generator<Line> {
    const text =
      typeof chunk === 'string'
        ? chunk
        : this.decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.keep(text.slice(start, end));
      yield this.take();
      start = end + 1;
    }
    this.keep(text.slice(start));
  }

  /** The last line, where it did not end with a line feed. */
  *end(): Generator<Line> {
    this.keep(this.decoder.end());
    if (this.rest !== '') yield this.take();
  }

  private keep(part: string): void {
    if (this.cut) return;
    this.rest += part;
    if (this.rest.length <= MAX_LINE) return;
    this.rest = this.rest.slice(0, MAX_LINE);
    this.cut = true;
  }

  private take(): Line {
    this.number += 1;
    let text = this.rest.endsWith('\r') ? this.rest.slice(0, -1) : this.rest;
    if (this.number === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
    const line = { number: this.number, text, cut: this.cut };
    this.rest = '';
    this.cut = false;
    return line;
  }
}
