import type { NodeAPI } from 'node-red';
import { dashboardRoutes } from './runtime/dashboard-routes';
import { metricsRoutes } from './runtime/metrics';
import { sidebarRoutes } from './runtime/sidebar';

/**
 * The plugin of the palette: what its nodes share on Node-RED's HTTP servers, there whichever sets of nodes are switched on. Its half
 * in the editor is put together from `nodes/editor` by the build.
 */
export = (RED: NodeAPI): void => {
  metricsRoutes(RED);
  dashboardRoutes(RED);
  sidebarRoutes(RED);
};
