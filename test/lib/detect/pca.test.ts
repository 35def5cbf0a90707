import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { detectorContract } from './contract';

const gross = [{ LIT1: 900 }, { AIT1: 4 }, { FIT2: 3 }];
detectorContract('pca', DEFAULT_SETTINGS.pca, gross, { seeded: false });
detectorContract('pca', DEFAULT_SETTINGS.pca, gross, { seeded: false, lags: 4 });
detectorContract('pca', { ...DEFAULT_SETTINGS.pca, views: 'together' }, gross, { seeded: false, lags: 2 });
detectorContract('pca', { ...DEFAULT_SETTINGS.pca, views: 'several' }, gross, { seeded: false, lags: 4 });
