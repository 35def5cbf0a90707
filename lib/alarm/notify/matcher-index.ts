import type { Label, Labels } from './labels';
import { matching, type Matcher } from './matcher';

/** By which label something is looked up first: the one of which there are most values. */
const BY: readonly Label[] = ['asset', 'plant', 'stage', 'kind', 'priority', 'level'];

interface Entry<T> {
  readonly value: T;
  /** Rises with each that is put. */
  readonly order: number;
  readonly matches: (labels: Labels) => boolean;
  /** The matcher that it is looked up by. */
  readonly by: Matcher | undefined;
}

type Entries<T> = Map<string, Entry<T>>;

/**
 * What has matchers, by its name, so that of many the first that fits an alarm is found without asking each: those that ask
 * for one value of a label are found by it, only the others are gone through. Holds what it is given, until it is deleted.
 */
export class MatcherIndex<T> {
  private readonly entries: Entries<T> = new Map();
  private readonly byValue = new Map<Label, Map<string, Entries<T>>>();
  private readonly others: Entries<T> = new Map();
  private last = 0;

  /** Puts something in, or in the place of what has the same name. */
  set(name: string, value: T, matchers: readonly Matcher[]): void {
    const order = this.entries.get(name)?.order ?? (this.last += 1);
    this.delete(name);
    const by = keyed(matchers);
    const entry = { value, order, matches: matching(matchers), by };
    this.entries.set(name, entry);
    if (by === undefined) this.others.set(name, entry);
    else {
      const values = this.byValue.get(by.label) ?? new Map<string, Entries<T>>();
      this.byValue.set(by.label, values);
      values.set(by.value, (values.get(by.value) ?? new Map<string, Entry<T>>()).set(name, entry));
    }
  }

  delete(name: string): void {
    const by = this.entries.get(name)?.by;
    this.entries.delete(name);
    this.others.delete(name);
    if (by === undefined) return;
    const values = this.byValue.get(by.label);
    const among = values?.get(by.value);
    among?.delete(name);
    if (among?.size === 0) values?.delete(by.value);
  }

  /** The first that was put in of those that match and hold. */
  find(labels: Labels, holds: (value: T) => boolean): T | undefined {
    let found: Entry<T> | undefined;
    const look = (entries: Entries<T>): void => {
      for (const entry of entries.values()) {
        if (found !== undefined && entry.order > found.order) continue;
        if (entry.matches(labels) && holds(entry.value)) found = entry;
      }
    };
    for (const [label, values] of this.byValue) {
      const entries = values.get(labels[label]);
      if (entries !== undefined) look(entries);
    }
    look(this.others);
    return found?.value;
  }
}

/** The matcher by which something is looked up. */
function keyed(matchers: readonly Matcher[]): Matcher | undefined {
  const equal = matchers.filter(({ op }) => op === '=');
  return BY.flatMap((by) => equal.find(({ label }) => label === by) ?? []).at(0);
}
