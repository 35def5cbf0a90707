import { COLOURS, MARKS, type Block, type Cell, type ReportDocument, type Table } from './blocks';
import { escaped, INK, PALE } from './drawing';
import type { Logo } from './request';

/** A document as one HTML file: no script, nothing from elsewhere; it prints on A4. */
export function htmlOf(document: ReportDocument, logo: Logo | undefined): string {
  const { language, title, head, summary, blocks, foot } = document;
  const picture = logo === undefined ? '' : `<img class="logo" alt="" src="${dataUrl(logo)}">`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><div><h1>${escaped(title)}</h1>${head.map((line) => `<p>${escaped(line)}</p>`).join('')}</div>${picture}</header>
<main>
<p class="lead">${escaped(summary)}</p>
${blocks.map(blockHtml).join('\n')}
</main>
<footer>${escaped(foot)}</footer>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `<h${block.level + 1}>${escaped(block.text)}</h${block.level + 1}>`;
    case 'text':
      return `<p${block.tone === undefined ? '' : ` class="${block.tone}"`}>${escaped(block.text)}</p>`;
    case 'figures':
      return `<dl class="figures">${block.items
        .map(
          ({ label, value, note = '', isBad }) =>
            `<div${isBad === true ? ' class="bad"' : ''}><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd><dd class="of">${escaped(note)}</dd></div>`,
        )
        .join('')}</dl>`;
    case 'table':
      return tableHtml(block);
    case 'picture':
      return `<figure tabindex="0"><div role="img" aria-label="${escaped(block.caption)}">${block.svg}</div><figcaption>${escaped(block.caption)}</figcaption></figure>`;
    case 'signatures':
      return `<div class="signatures">${block.lines
        .map((line) => `<div><span>${escaped(line)}</span><span>${escaped(block.when)}</span></div>`)
        .join('')}</div>`;
  }
}

function tableHtml({ columns, rows }: Table): string {
  const side = (index: number): string => (columns[index].isNumber === true ? ' class="n"' : '');
  const head = columns.map(({ head: text }, index) => `<th scope="col"${side(index)}>${escaped(text)}</th>`).join('');
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, index) => `<td${side(index)} data-head="${escaped(columns[index].head)}">${cellHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return escaped(cell);
  return `<span style="color:${COLOURS[cell.level]}">${MARKS[cell.level]} ${escaped(cell.text)}</span>`;
}

function dataUrl({ type, bytes }: Logo): string {
  const mime = type === 'svg' ? 'image/svg+xml' : `image/${type}`;
  return `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`;
}

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 40px; max-width: 860px; background: #fff; color: ${INK};
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
header { display: flex; gap: 20px; justify-content: space-between; align-items: flex-start; border-bottom: 2px solid ${INK}; padding-bottom: 10px; }
header p { margin: 2px 0; color: ${PALE}; }
h1 { font-size: 24px; margin: 0 0 6px; }
h2 { font-size: 18px; margin: 30px 0 8px; border-bottom: 1px solid #d5dbdf; padding-bottom: 4px; }
h3 { font-size: 15px; margin: 24px 0 6px; }
.logo { max-height: 60px; max-width: 180px; }
.lead { font-size: 16px; }
.note, footer { color: ${PALE}; font-size: 12px; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 10px; margin: 14px 0; }
.figures div { border: 1px solid #d5dbdf; border-left: 4px solid #9aa5ad; padding: 8px 10px; }
.figures .bad { border-left-color: ${COLOURS.CRITICAL}; }
dt { color: ${PALE}; font-size: 12px; }
dd { margin: 0; font-size: 22px; font-weight: 600; }
dd.of { font-size: 12px; font-weight: 400; color: ${PALE}; }
.table { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: 5px 8px; border-bottom: 1px solid #e2e6e9; }
th { background: #f2f4f6; font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
td:not(:last-child) { white-space: nowrap; }
td:last-child { min-width: 90px; }
figure { margin: 14px 0; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { color: ${PALE}; font-size: 12px; }
.signatures { display: flex; flex-wrap: wrap; gap: 30px; margin: 60px 0 16px; break-inside: avoid; }
.signatures div { flex: 1 1 240px; border-top: 1px solid ${INK}; padding-top: 4px; display: flex; justify-content: space-between; color: ${PALE}; font-size: 12px; }
footer { border-top: 1px solid #d5dbdf; padding-top: 8px; margin-top: 20px; }
@media screen and (max-width: 600px) {
  header { flex-direction: column-reverse; }
  figure { overflow-x: auto; }
  figure svg { min-width: 480px; }
  thead { display: none; }
  tr { display: block; border-bottom: 1px solid #d5dbdf; padding: 6px 0; }
  td { display: flex; gap: 10px; border: 0; padding: 1px 0; text-align: left !important; white-space: normal !important; overflow-wrap: anywhere; }
  td::before { content: attr(data-head); flex: 0 0 110px; color: #5b6670; }
}
@media print { @page { size: A4; margin: 15mm; } body { padding: 0; max-width: none; font-size: 10pt; }
  figure, tr, .figures { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
