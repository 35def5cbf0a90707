import type { DatasetFigures, Figures, MeanFigures } from './evaluate-labelled';
import { englishText } from '../../platform/catalogue';
import type { Interval } from './bootstrap';
import type { Assumed } from './series';

/** What was taken for so of a series. */
export function assumedText({ code, params }: Assumed): string {
  return englishText(`cli.assumed.${code}`, params) ?? code;
}

/** The figures of a series for people. */
export function seriesLines(file: string, figures: Figures, seconds: number): string[] {
  return [
    `${file}: ${eventWords(figures)}`,
    `  ${pointWords(figures)}; ${figures.rows} rows in ${seconds.toFixed(1)} s`,
  ];
}

/** The figures of every data set. */
export function datasetLines(datasets: Readonly<Record<string, DatasetFigures>>): string[] {
  return Object.entries(datasets).flatMap(([name, figures]) => [
    `data set ${name} (${figures.series} series): ${eventWords(figures)}`,
    `  ${pointWords(figures)}${within(figures.f1Interval)}`,
  ]);
}

/** The mean over data sets. */
export function meanLine({ f1, alwaysF1, aucRoc, f1Interval }: MeanFigures): string {
  const auc = aucRoc === undefined ? '' : `, AUC-ROC ${aucRoc.toFixed(3)}`;
  return `mean over data sets: F1 ${f1.toFixed(3)} (always alarm: ${alwaysF1.toFixed(3)})${auc}${within(f1Interval)}`;
}

function eventWords({
  events,
  eventsFound,
  medianDelayS,
  falseAlarms,
  falseAlarmsPerDay,
  falseAnnunciated,
  falseAnnunciatedPerDay,
  eventsAnnunciated,
}: Figures): string {
  return [
    `${eventsFound} of ${events} events found, median delay ${medianDelayS ?? '-'} s`,
    `${falseAlarmsPerDay.toFixed(2)} false alarms a day (${falseAlarms} in all)`,
    `annunciated: ${eventsAnnunciated} events, ${falseAnnunciatedPerDay.toFixed(2)} false a day (${falseAnnunciated})`,
  ].join(', ');
}

function pointWords({ accuracy, f1, alwaysF1, falseAlarmRate, missedAlarmRate, aucRoc, aucPr }: Figures): string {
  const auc =
    aucRoc === undefined || aucPr === undefined ? '' : `, AUC-ROC ${aucRoc.toFixed(3)}, AUC-PR ${aucPr.toFixed(3)}`;
  return [
    `accuracy ${(100 * accuracy).toFixed(1)} %, point-wise F1 ${f1.toFixed(3)} (always alarm: ${alwaysF1.toFixed(3)})`,
    `false alarm rate ${falseAlarmRate.toFixed(2)} %, missed alarm rate ${missedAlarmRate.toFixed(1)} %${auc}`,
  ].join(', ');
}

function within(interval: Interval | undefined): string {
  return interval === undefined
    ? ''
    : `, F1 with 95 % between ${interval.low.toFixed(2)} and ${interval.high.toFixed(2)}`;
}
