/** How well an autoencoder has learned, as a word. */
export type Fitness = 'good' | 'fair' | 'poor';

/**
 * A rule of thumb on the loss over time that the model did not see, in standardised features: 1 is what a model reaches that
 * answers every window with the mean, 0 is perfect. `undefined` where there is no loss (a forest).
 */
export function fitnessOf(validationLoss: number | null | undefined): Fitness | undefined {
  if (validationLoss === undefined || validationLoss === null) return undefined;
  if (validationLoss < 0.3) return 'good';
  return validationLoss < 0.7 ? 'fair' : 'poor';
}
