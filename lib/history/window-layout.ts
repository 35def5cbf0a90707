import { shapeOf, type WindowSchema } from '../stream/schema';
import type { TagValue } from './frame';

/** Where the value of each tag stands in a window's features. */
interface Layout {
  readonly positions: readonly number[];
  /** Whether these are the newest samples themselves; else they are means over the shortest length of the window. */
  readonly raw: boolean;
}

const layouts = new WeakMap<WindowSchema, Layout>();

/**
 * The value of each tag of a window: its newest sample, where the windows have raw samples, else its mean over their shortest
 * length.
 * @param features in the order of the schema
 */
export function windowValues(schema: WindowSchema, features: readonly number[]): { raw: boolean; values: TagValue[] } {
  const { positions, raw } = layoutOf(schema);
  const values = schema.tags.map(({ name }, tag): TagValue => {
    const value = features[positions[tag]] as number | undefined;
    return [name, value !== undefined && Number.isFinite(value) ? value : undefined];
  });
  return { raw, values };
}

function layoutOf(schema: WindowSchema): Layout {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const { lengths, lags } = shapeOf(schema);
  const raw = lags > 0;
  const [wanted, length] = raw ? (['first', 1] as const) : (['mean', Math.min(...lengths)] as const);
  const positions = schema.tags.map((_, tag) =>
    schema.features.findIndex((each) => each.tag === tag && each.statistic === wanted && each.length === length),
  );
  const layout = { positions, raw };
  layouts.set(schema, layout);
  return layout;
}
