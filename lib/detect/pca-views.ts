import type { Feature, WindowSchema } from '../stream/schema';
import type { PcaSettings } from './settings';

/** What one PCA looks at. */
export interface ViewPlan {
  /** Positions of its features in the schema. */
  readonly features: Int32Array;
  /** Share of the variance that its components explain. */
  readonly variance: number;
  /** Its part in the score, beside those of the other views. */
  readonly weight: number;
}

const ALL = (): boolean => true;
const STATISTICS = ({ statistic }: Feature): boolean => statistic !== 'first';
const SAMPLES = ({ statistic }: Feature): boolean => statistic === 'first';
const NEWEST = ({ statistic, length }: Feature): boolean => statistic === 'first' && length === 1;

/**
 * The PCAs that a setting of {@link PcaSettings.views} stands for, those of the same features one after the other; none of
 * features that the windows do not have. A second
 * look at the statistics that leaves three fifths as much unexplained evens out where the number of components falls by
 * chance; one at the newest samples alone that leaves four times as much still sees a step that has lasted for longer than
 * the window.
 */
export function viewsOf({ features }: Pick<WindowSchema, 'features'>, settings: ViewSettings): ViewPlan[] {
  const unexplained = 1 - settings.variance;
  const positions = (chosen: (feature: Feature) => boolean): Int32Array =>
    Int32Array.from(features.flatMap((feature, index) => (chosen(feature) ? [index] : [])));
  const view = (chosen: Int32Array, weight: number, times = 1): ViewPlan => ({
    features: chosen,
    variance: 1 - Math.min(unexplained * times, MOST_UNEXPLAINED),
    weight,
  });
  const plans = (): ViewPlan[] => {
    const statistics = positions(STATISTICS);
    switch (settings.views) {
      case 'together':
        return [view(positions(ALL), 1)];
      case 'separate':
        return [view(statistics, 1), view(positions(SAMPLES), 1)];
      case 'several':
        return [
          view(statistics, 0.5),
          view(statistics, 0.5, 0.6),
          view(positions(SAMPLES), 1),
          view(positions(NEWEST), 0.25, 4),
        ];
    }
  };
  return plans().filter((plan) => plan.features.length > 0);
}

type ViewSettings = Pick<PcaSettings, 'views' | 'variance'>;

/** Every view explains half of the variance at least. */
const MOST_UNEXPLAINED = 0.5;
