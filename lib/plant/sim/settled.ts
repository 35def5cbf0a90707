import { at, ON, type World } from './world';

const P501 = at('P501');

/** Whether the plant is back in normal operation: true levels between their set points, the RO running. */
export function settled({ truth, setPoints, t101, t301, t401 }: World): boolean {
  const within = (level: number, low: number, high: number): boolean => level > low && level < high;
  return (
    truth[P501] === ON &&
    within(t101.level, setPoints.l101, setPoints.h101) &&
    within(t301.level, setPoints.l301, setPoints.h301) &&
    within(t401.level, setPoints.l401, setPoints.h401)
  );
}
