/** How well a score puts anomalous rows before normal ones, whatever the threshold. */
export interface Ranking {
  /** Area under the ROC curve: how often an anomalous row scores higher than a normal one; a tie counts half. */
  readonly aucRoc: number;
  /** Average precision: the mean precision at each anomalous row, from the highest score down. */
  readonly aucPr: number;
}

/** The ranking of rows by score; `undefined` where all of them are normal, or none. Rows of one score stand together. */
export function rankingOf(rows: readonly { readonly ratio: number; readonly truth: boolean }[]): Ranking | undefined {
  const positive = rows.filter(({ truth }) => truth).length;
  const negative = rows.length - positive;
  if (positive === 0 || negative === 0) return undefined;
  const sorted = rows.toSorted((a, b) => b.ratio - a.ratio);
  let [tp, fp, area, precision] = [0, 0, 0, 0];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    let [found, false_] = [0, 0];
    for (; to < sorted.length && sorted[to].ratio === sorted[from].ratio; to += 1) {
      if (sorted[to].truth) found += 1;
      else false_ += 1;
    }
    area += false_ * (tp + found / 2);
    tp += found;
    fp += false_;
    precision += (found / positive) * (tp / (tp + fp));
  }
  return { aucRoc: area / (positive * negative), aucPr: precision };
}
