// Node-RED without an editor: it runs one flow, serves /swat/metrics, /swat/health and /swat/ready, and writes into the user
// directory alone: settings and flow can be mounted read-only. Start it with
//   node-red --settings settings.headless.cjs --userDir /data
// SWAT_FLOW (flow file), SWAT_HTTP_HOST, SWAT_HTTP_PORT, SWAT_LOG_LEVEL, SWAT_CREDENTIAL_SECRET, SWAT_JOURNAL_URL and the variables that docs/kafka.md
// and docs/metrics.md name are taken from the environment.
const env = process.env;

module.exports = {
  flowFile: env.SWAT_FLOW || 'flows.json',
  // Of `<flow file>_cred.json`, where there is one: what it was encrypted with in the editor.
  credentialSecret: env.SWAT_CREDENTIAL_SECRET || false,

  // Journal of swat-alert in PostgreSQL; without it, in a file of the user directory.
  ...(env.SWAT_JOURNAL_URL ? { swatAlertJournalUrl: env.SWAT_JOURNAL_URL } : {}),

  uiHost: env.SWAT_HTTP_HOST || '127.0.0.1',
  uiPort: Number(env.SWAT_HTTP_PORT || 1880),
  httpAdminRoot: false,
  httpNodeRoot: '/',
  disableEditor: true,

  // What runs is what was installed.
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  functionExternalModules: false,
  diagnostics: { enabled: false },
  runtimeState: { enabled: false },
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: env.SWAT_LOG_LEVEL || 'info', metrics: false, audit: false } },

  // The token is in SWAT_METRICS_TOKEN.
  swat: { metrics: true },
};
