import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { DETECTOR_KINDS, type DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import { MAX_ARCHIVE } from '../../lib/model/tar';
import { answer, bodyOf } from './answer';
import { byCommand, signed } from './model-audit';
import { compareStored } from './model-commands';
import { exportBundle, exportName, importBundle, waitingFiles } from './model-exchange';
import type { Model } from './model-node';
import { takeImportsWhole } from './import-body';
import { readChoice, readText } from './settings';

/** The admin routes that compare, export, import and delete versions, and choose the one in shadow. */
export function exchangeRoutes(RED: NodeAPI, modelOf: (request: Request) => Model): void {
  const write = RED.auth.needsPermission('swat-model.write');
  const read = RED.auth.needsPermission('swat-model.read');
  const kindOf = (value: unknown): DetectorKind => readChoice('kind', value, DETECTOR_KINDS, DETECTOR_KINDS[0]);
  const by = (request: Request) => byCommand(signed(request, bodyOf(request)));

  RED.httpAdmin.get('/swat-model/:id/compare', read, (request: Request, response: Response) =>
    answer(RED, response, () => compareStored(modelOf(request), kindOf(request.query.kind), request.query)),
  );
  RED.httpAdmin.get('/swat-model/:id/shadow', read, (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const [model, kind] = [modelOf(request), kindOf(request.query.kind)];
      return { version: (await model.store.shadow(kind)) ?? null, summaries: model.shadowSummaries(kind) };
    }),
  );
  RED.httpAdmin.get('/swat-model/:id/waiting', read, (request: Request, response: Response) =>
    answer(RED, response, async () => ({ files: await waitingFiles(modelOf(request)) })),
  );
  // It leaves a line in the audit trail.
  RED.httpAdmin.get('/swat-model/:id/export', write, (request: Request, response: Response) => {
    answer(RED, response, async () => {
      const [kind, version] = [kindOf(request.query.kind), readText(request.query.version)];
      const bytes = await exportBundle(modelOf(request), kind, version, byCommand(signed(request, {})));
      response.setHeader('Content-Disposition', `attachment; filename="${exportName(kind, version)}"`);
      return bytes;
    });
  });
  takeImportsWhole(RED);
  RED.httpAdmin.post('/swat-model/:id/import', write, (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const model = modelOf(request);
      const name = readText(request.query.name).slice(0, 100) || 'upload.tar';
      const named = readText(request.query.kind);
      const kind = named === '' ? undefined : kindOf(named);
      const reason = readText(request.query.reason);
      const bytes = await bodyBytes(request, MAX_ARCHIVE);
      return importBundle(model, bytes, { name, kind, by: byCommand(signed(request, { reason })) });
    }),
  );
  RED.httpAdmin.post('/swat-model/:id/delete', write, (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const { kind, version } = bodyOf(request);
      await modelOf(request).remove(kindOf(kind), readText(version), by(request));
      return { version };
    }),
  );
  RED.httpAdmin.post('/swat-model/:id/shadow', write, (request: Request, response: Response) =>
    answer(RED, response, async () => {
      const { kind, version } = bodyOf(request);
      await modelOf(request).setShadow(kindOf(kind), readText(version) || undefined, by(request));
      return { version: version ?? null };
    }),
  );
}

/**
 * The body of a request as it comes, never more than `most` bytes in memory.
 * @throws SwatError `bundle-too-large` {bytes, most}, before the rest is read; `bundle-broken` where the sender has gone
 */
async function bodyBytes(request: Request, most: number): Promise<Buffer> {
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > most) throw new SwatError('bundle-too-large', { bytes: stated, most });
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > most) throw new SwatError('bundle-too-large', { bytes, most });
      parts.push(part);
    }
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    throw new SwatError('bundle-broken', { what: 'upload' }, { cause });
  }
  return Buffer.concat(parts);
}
