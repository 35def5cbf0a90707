import pdfmake = require('pdfmake');

/** Makes PDFs, for reports. Bundled at build time, with its fonts beside it (scripts/bundle.mjs). */
export { pdfmake };
/** What a PDF is made of. */
export type PdfDefinition = Parameters<typeof pdfmake.createPdf>[0];
