// Several Node-REDs with one flow on a real Kafka, at full size: 3 workers, 300 assets, 12 partitions. CI has the short form.
process.env.SWAT_WORKERS = 'full';
process.argv.splice(2, Infinity, 'dist/test/kafka/workers.test.js');
await import('./test.mjs');
