import * as module from 'pdfmake';

/** Makes PDFs, for reports: the one object that the module is. Bundled at build time, with its fonts beside it (scripts/bundle.mjs). */
export const pdfmake = (module as unknown as { readonly default: typeof module }).default;
/** What a PDF is made of. */
export type PdfDefinition = Parameters<typeof module.createPdf>[0];
