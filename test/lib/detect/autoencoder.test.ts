import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { detectorContract } from './contract';

detectorContract('autoencoder', DEFAULT_SETTINGS.autoencoder, [{ LIT1: 900 }, { AIT1: 4 }, { FIT2: 3 }]);
