import { join } from 'node:path';
import { detailOf, SwatError } from '../errors';
import { pdfmake, type PdfDefinition } from '../vendor/pdfmake';
import { COLOURS, type Block, type Cell, type FigureItem, type ReportDocument, type Table } from './blocks';
import { INK, PALE, svgOf, WIDE_FONT } from './drawing';
import { runsOf } from './glyphs';
import { mark, WIDTH } from './picture-ground';
import type { Logo } from './request';

/** A node of pdfmake's document definition. */
type Node = Record<string, unknown>;

const FONTS = join(__dirname, '..', 'vendor', 'fonts');
const [REGULAR, MEDIUM, WIDE] = ['Roboto-Regular.ttf', 'Roboto-Medium.ttf', 'noto-sans-sc.woff'].map((name) =>
  join(FONTS, name),
);
const SIDE = 40;
/** The shape beside the word of a level, pt. */
const MARK = 8;
/** A heading that begins below this share of a page begins the next one. */
const LOWEST_HEADING = 0.86;

/**
 * A document as a PDF, A4. It reads its own fonts and nothing else: no file, no address.
 * @throws SwatError `report-pdf` {detail}
 */
export async function pdfOf(document: ReportDocument, logo: Logo | undefined): Promise<Uint8Array> {
  pdfmake.setFonts({
    Roboto: { normal: REGULAR, bold: MEDIUM, italics: REGULAR, bolditalics: MEDIUM },
    [WIDE_FONT]: { normal: WIDE, bold: WIDE, italics: WIDE, bolditalics: WIDE },
  });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path === REGULAR || path === MEDIUM || path === WIDE);
  try {
    return await pdfmake.createPdf(definitionOf(document, logo)).getBuffer();
  } catch (cause) {
    throw new SwatError('report-pdf', { detail: detailOf(cause) }, { cause });
  }
}

function definitionOf(
  { language, title, head, summary, blocks, foot, page }: ReportDocument,
  logo: Logo | undefined,
): PdfDefinition {
  const titled = [
    text(title, { fontSize: 20, bold: true, margin: [0, 0, 0, 4] }),
    ...head.map((each) => text(each, { color: PALE, fontSize: 9.5 })),
  ];
  const content: Node[] = [
    { columns: [{ stack: titled, width: '*' }, ...(logo === undefined ? [] : [logoNode(logo)])], columnGap: 16 },
    rule(1.2, [0, 6, 0, 8]),
    text(summary, { fontSize: 11.5, margin: [0, 0, 0, 8] }),
    ...grouped(blocks),
  ];
  const small = { fontSize: 7.5, color: PALE };
  return {
    pageSize: 'A4',
    pageMargins: [SIDE, 44, SIDE, 48],
    language,
    info: { title, subject: foot },
    defaultStyle: { font: 'Roboto', fontSize: 9.5, lineHeight: 1.15, color: INK },
    content: content as unknown as PdfDefinition['content'],
    footer: (current, pages) => ({
      margin: [SIDE, 14, SIDE, 0],
      columns: [
        { ...small, text: runsInFonts(foot), width: '*' },
        { ...small, text: runsInFonts(page(current, pages)), width: 'auto', alignment: 'right' },
      ],
    }),
    pageBreakBefore: ({ headlineLevel, startPosition }) =>
      headlineLevel !== undefined && startPosition.verticalRatio > LOWEST_HEADING,
  };
}

/**
 * Blocks with a heading kept together with what it begins: a picture, a few rows, or a text. The last section stays with the
 * lines to sign on, if it is short: no page has nothing else.
 */
function grouped(blocks: readonly Block[]): Node[] {
  const nodes: Node[] = [];
  const last = blocks.findLastIndex(({ type }) => type === 'heading');
  const end = last > 0 && blocks.slice(last + 1).every(isKept) ? last : blocks.length;
  for (let at = 0; at < end; at += 1) {
    const begins = blocks[at].type === 'heading';
    const together = [blocks[at]];
    while (begins && at + 1 < end && staysWith(blocks[at + 1])) {
      at += 1;
      together.push(blocks[at]);
      if (blocks[at].type !== 'text') break;
    }
    nodes.push(kept(together));
  }
  if (end < blocks.length) nodes.push(kept(blocks.slice(end)));
  return nodes;
}

/** On one page; a block alone is broken or not as it is by itself. */
function kept(together: readonly Block[]): Node {
  if (together.length === 1) return node(together[0], false);
  return { stack: together.map((each) => node(each, true)), unbreakable: true };
}

function isKept(block: Block): boolean {
  return block.type === 'signatures' || staysWith(block);
}

function staysWith(block: Block): boolean {
  return block.type === 'text' || block.type === 'picture' || (block.type === 'table' && block.isShort === true);
}

/** @param inKept it stands in a node that is not broken: what is not broken within such a one would be lost (pdfmake 0.3.11) */
function node(block: Block, inKept: boolean): Node {
  switch (block.type) {
    case 'heading': {
      const first = block.level === 1;
      const style = { bold: true, fontSize: first ? 14 : 11, margin: [0, first ? 14 : 10, 0, 4] };
      // A page break before it would tear what is kept together.
      return text(block.text, inKept ? style : { ...style, headlineLevel: block.level });
    }
    case 'text': {
      const style = { margin: [0, 2, 0, 6], ...(block.tone === 'note' ? { color: PALE, fontSize: 8 } : {}) };
      return { stack: [text(block.text, style)], unbreakable: !inKept };
    }
    case 'figures':
      return figures(block.items);
    case 'table':
      return table(block, inKept);
    case 'picture':
      return {
        stack: [
          { svg: block.svg, width: WIDTH },
          text(block.caption, { color: PALE, fontSize: 8, margin: [0, 1, 0, 0] }),
        ],
        margin: [0, 4, 0, 8],
        unbreakable: !inKept,
      };
    case 'signatures':
      return {
        columns: block.lines.map((each) => ({
          stack: [
            rule(0.6, [0, 46, 0, 3], WIDTH / block.lines.length - 20),
            { columns: [text(each, { color: PALE, fontSize: 8 }), text(block.when, { color: PALE, fontSize: 8 })] },
          ],
        })),
        columnGap: 20,
        margin: [0, 10, 0, 12],
        unbreakable: !inKept,
      };
  }
}

function figures(items: readonly FigureItem[]): Node {
  return {
    columns: items.map(({ label, value, note = '', isBad }) => ({
      table: {
        widths: ['*'],
        body: [
          [
            {
              stack: [
                text(label, { color: PALE, fontSize: 7.5 }),
                text(value, { fontSize: 15, bold: true }),
                text(note, { color: PALE, fontSize: 7 }),
              ],
              border: [true, false, false, false],
              borderColor: [isBad === true ? COLOURS.CRITICAL : '#9aa5ad', '', '', ''],
            },
          ],
        ],
      },
      layout: { vLineWidth: (line: number) => (line === 0 ? 2 : 0), hLineWidth: () => 0 },
    })),
    columnGap: 6,
    margin: [0, 2, 0, 10],
    unbreakable: true,
  };
}

function table({ columns, rows, isShort = false }: Table, inKept: boolean): Node {
  const right = (index: number): Node => (columns[index].isNumber === true ? { alignment: 'right' } : {});
  const head = columns.map(({ head: title }, index) =>
    text(title, { bold: true, fillColor: '#f2f4f6', ...right(index) }),
  );
  return {
    table: {
      headerRows: 1,
      ...(isShort || inKept ? {} : { keepWithHeaderRows: 1, dontBreakRows: true }),
      widths: columns.map(({ grow }) => (grow === undefined ? 'auto' : '*')),
      body: [head, ...rows.map((row) => row.map((cell, index) => ({ ...cellNode(cell), ...right(index) })))],
    },
    layout: {
      hLineWidth: (line: number) => (line === 0 ? 0 : 0.5),
      vLineWidth: () => 0,
      hLineColor: () => '#d5dbdf',
      paddingLeft: () => 4,
      paddingRight: () => 4,
      paddingTop: () => 2,
      paddingBottom: () => 2,
    },
    fontSize: 8.5,
    margin: [0, 3, 0, 8],
    unbreakable: isShort && !inKept,
  };
}

function cellNode(cell: Cell): Node {
  if (typeof cell === 'string') return text(cell);
  const word = text(cell.text, { color: COLOURS[cell.level], width: 'auto' });
  if (cell.level === 'NONE') return word;
  // Drawn: the fonts here do not have all of the shapes.
  const svg = svgOf({ width: MARK, height: MARK }, [mark(MARK / 2, MARK / 2, cell.level)]);
  return { columns: [{ svg, width: MARK, margin: [0, 1, 0, 0] }, word], columnGap: 3 };
}

/** A text, each run in a font that has its signs. */
function text(content: string, style: Node = {}): Node {
  return { text: runsInFonts(content), ...style };
}

function runsInFonts(content: string): { text: string; font?: string }[] {
  return runsOf(content).map((run) => (run.isWide ? { text: run.text, font: WIDE_FONT } : { text: run.text }));
}

function rule(lineWidth: number, margin: readonly number[], length = WIDTH): Node {
  return { canvas: [{ type: 'line', x1: 0, y1: 0, x2: length, y2: 0, lineWidth, lineColor: INK }], margin };
}

function logoNode({ type, bytes }: Logo): Node {
  const fit = { fit: [140, 56], width: 'auto', alignment: 'right' };
  const buffer = Buffer.from(bytes);
  return type === 'svg'
    ? { svg: buffer.toString('utf8'), ...fit }
    : { image: `data:image/${type};base64,${buffer.toString('base64')}`, ...fit };
}
