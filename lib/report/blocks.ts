import type { Level } from '../alarm/verdict';

/** What a report is put together from, in the order of reading: every form renders the same blocks. */
export type Block =
  | { readonly type: 'heading'; readonly text: string; readonly level: 1 | 2 }
  /** `lead` opens the report, `note` is small print. */
  | { readonly type: 'text'; readonly text: string; readonly tone?: 'lead' | 'note' }
  | { readonly type: 'figures'; readonly items: readonly FigureItem[] }
  | Table
  | Picture
  /** Where people sign: a line for each. */
  | { readonly type: 'signatures'; readonly lines: readonly string[]; readonly when: string };

/** A number that is to be seen at once. */
export interface FigureItem {
  readonly label: string;
  readonly value: string;
  /** What it is held against. */
  readonly note?: string;
  /** It is beyond that. */
  readonly isBad?: boolean;
}

export interface Table {
  readonly type: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** A few short rows that are to stay on one page. */
  readonly isShort?: boolean;
}

export interface Column {
  readonly head: string;
  /** Share of the width that is left; without it as wide as its content. */
  readonly grow?: number;
  readonly isNumber?: boolean;
}

/** A text, or the mark of a level: shape and word beside colour. */
export type Cell = string | { readonly level: Level; readonly text: string };

export interface Picture {
  readonly type: 'picture';
  /** An SVG document of {@link width} x {@link height}. */
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly caption: string;
}

/** A finished document, for people. */
export interface ReportDocument {
  readonly language: string;
  readonly title: string;
  /** The plant, the span and its zone, when it was made: a line each. */
  readonly head: readonly string[];
  /** One sentence. */
  readonly summary: string;
  readonly blocks: readonly Block[];
  /** At the foot of every page. */
  readonly foot: string;
  /** `Page 1 of 3` */
  readonly page: (page: number, pages: number) => string;
}

/** The shape beside the word of a level. */
export const MARKS: Readonly<Record<Level, string>> = { NONE: '', INFO: '●', WARNING: '▲', CRITICAL: '■' };
/** Colours on white, dark enough to read as text. */
export const COLOURS: Readonly<Record<Level, string>> = {
  NONE: '#5b6670',
  INFO: '#1f5f8b',
  WARNING: '#8a5a00',
  CRITICAL: '#b3261e',
};
