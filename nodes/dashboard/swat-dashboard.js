// The elements of the dashboards, in one script without requests to anywhere else: /swat/ui/swat-dashboard.js.
import { SwatDesk } from './desk.js';
import { SwatDrill } from './drill.js';
import { angular, vue } from './glue.js';
import { SwatModels } from './models.js';
import { SwatOverview } from './overview.js';
import { SwatStreams } from './streams.js';
import { loadLanguage } from './texts.js';
import { SwatTrend } from './trend.js';

const ELEMENTS = {
  'swat-desk': SwatDesk,
  'swat-drill': SwatDrill,
  'swat-models': SwatModels,
  'swat-overview': SwatOverview,
  'swat-streams': SwatStreams,
  'swat-trend': SwatTrend,
};

// Each widget of a page may have brought the script.
if (window.swatDashboard === undefined) {
  window.swatDashboard = { angular, vue, version: SWAT_VERSION };
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  loadLanguage();
}
