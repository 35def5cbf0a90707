import { inflateSync } from 'node:zlib';

/** What a page of a PDF says, and how much is drawn on it. */
export interface PdfPage {
  readonly text: string;
  /** Bytes of its drawing instructions. */
  readonly drawn: number;
  readonly box: string;
}

/** Reads the pages of a PDF as pdfkit writes it: whole objects, deflated streams, fonts with a ToUnicode map. */
export function pagesOf(pdf: Uint8Array): PdfPage[] {
  const bytes = Buffer.from(pdf);
  const raw = bytes.toString('latin1');
  const objects = new Map<string, string>();
  for (const { 1: id, 2: body } of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(id, body);
  const stream = (id: string): string => {
    const body = objects.get(id) ?? '';
    const start = body.indexOf('stream\n') + 7;
    return inflateSync(Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1')).toString('latin1');
  };
  const maps = new Map<string, Map<number, string>>();
  const fontOf = (id: string): Map<number, string> => {
    const known = maps.get(id);
    if (known !== undefined) return known;
    const map = unicodeOf(stream(/\/ToUnicode (\d+)/.exec(objects.get(id) ?? '')?.[1] ?? ''));
    maps.set(id, map);
    return map;
  };
  const root = objects.get(/\/Pages (\d+)/.exec(raw)?.[1] ?? '') ?? '';
  const ids = [...(/\/Kids \[([^\]]*)\]/.exec(root)?.[1] ?? '').matchAll(/(\d+) 0 R/g)].map(([, id]) => id);
  return ids.map((id) => {
    const page = objects.get(id) ?? '';
    const resources = objects.get(/\/Resources (\d+)/.exec(page)?.[1] ?? '') ?? '';
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, font]) => [name, font]));
    const content = stream(/\/Contents (\d+)/.exec(page)?.[1] ?? '');
    let text = '';
    let font = new Map<number, string>();
    const drawing: Iterable<(string | undefined)[]> = content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g);
    for (const [, name, shown = ''] of drawing) {
      if (name !== undefined) font = fontOf(fonts.get(name) ?? '');
      else {
        const codes = [...shown.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex]) => hex.match(/.{4}/g) ?? []);
        text += codes.map((code) => font.get(parseInt(code, 16)) ?? '\ufffd').join('');
      }
      if (shown !== '') text += ' ';
    }
    return {
      text: text.replaceAll(/ +/g, ' '),
      drawn: content.length,
      box: /\/MediaBox \[([^\]]*)\]/.exec(page)?.[1] ?? '',
    };
  });
}

function unicodeOf(cmap: string): Map<number, string> {
  const map = new Map<number, string>();
  for (const [, first, , list] of cmap.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/g)) {
    [...list.matchAll(/<([0-9a-f ]+)>/g)].forEach(([, hex], index) => {
      const units = hex.replaceAll(' ', '').match(/.{4}/g) ?? [];
      map.set(parseInt(first, 16) + index, units.map((unit) => String.fromCharCode(parseInt(unit, 16))).join(''));
    });
  }
  return map;
}
