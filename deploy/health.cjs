// Ends with 0 where the Node-RED of this machine answers at /swat/health (`--ready`: at /swat/ready), else with 1.
const port = process.env.SWAT_HTTP_PORT || '1880';
const path = process.argv.includes('--ready') ? 'ready' : 'health';

fetch(`http://127.0.0.1:${port}/swat/${path}`, { signal: AbortSignal.timeout(4000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);
