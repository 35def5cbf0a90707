import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { detectorContract } from './contract';

// Splits on one feature at a time see one tag among many only faintly: for a forest, gross is several tags at once.
detectorContract('iforest', DEFAULT_SETTINGS.iforest, [{ LIT1: 900, AIT1: 4, FIT2: 3 }]);
