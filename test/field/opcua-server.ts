import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkout } from '../harness/user-dir';

/** A value of a tag: the status is a name of OPC UA, `Good` unless given. */
export interface Written {
  readonly tag: string;
  /** Absent: none, only a status. */
  readonly value?: number;
  /** Source time, ms. */
  readonly time: number;
  readonly status?: string;
}

/** What the process is asked, one after the other; it answers each. */
type Asked =
  | { readonly prepare: { readonly port: number; readonly tags: readonly string[] } }
  | { readonly listen: true }
  | { readonly write: readonly Written[] }
  | { readonly fields: readonly string[] }
  | { readonly names: readonly string[] };

/** An OPC UA server in a process of its own, on 127.0.0.1, with a variable `ns=1;s=<tag>` for each tag. */
export interface OpcuaServer {
  listen(): Promise<void>;
  write(values: readonly Written[]): void;
  /** Which of these browse paths (`ActiveState/Id`) no event of AlarmConditionType has. */
  unknownFields(paths: readonly string[]): Promise<string[]>;
  /** Browse names of nodes of the standard. */
  namesOf(nodeIds: readonly string[]): Promise<string[]>;
  /** Ends it as a power cut does. */
  kill(): void;
}

/** Starts the process and loads all that it needs; it listens when it is told to. */
export async function prepareOpcuaServer(port: number, tags: readonly string[], folder: string): Promise<OpcuaServer> {
  const child = fork(__filename, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let asking: Promise<unknown> = Promise.resolve();
  const ask = (asked: Asked): Promise<unknown> => {
    // In turn: an answer is that to the latest question.
    asking = asking
      .catch(() => undefined)
      .then(async () => {
        const answer = new Promise((resolve, reject) => {
          child.once('message', resolve);
          child.once('exit', (code) => reject(new Error(`the OPC UA server ended: ${String(code)}`)));
        });
        child.send(asked);
        const given = await answer;
        if (typeof given === 'string') throw new Error(given);
        return given;
      });
    return asking;
  };
  await ask({ prepare: { port, tags } });
  return {
    listen: async () => {
      await ask({ listen: true });
    },
    write: (values) => {
      // It may have been ended a moment before: what nobody takes is lost, as from any plant.
      if (child.connected) child.send({ write: values } satisfies Asked, () => undefined);
    },
    unknownFields: async (fields) => (await ask({ fields })) as string[],
    namesOf: async (names) => (await ask({ names })) as string[],
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** What is used of node-opcua, which is installed in test/field alone. */
interface Opcua {
  readonly OPCUAServer: new (options: object) => Server;
  readonly OPCUACertificateManager: new (options: object) => { initialize(): Promise<void> };
  readonly DataType: Readonly<Record<string, number>>;
  readonly StatusCodes: Readonly<Record<string, unknown>>;
  readonly Variant: new (options: object) => unknown;
}
interface Server {
  readonly engine: { readonly addressSpace: AddressSpace };
  initialize(): Promise<void>;
  start(): Promise<void>;
}
interface AddressSpace {
  readonly rootFolder: { readonly objects: unknown };
  getOwnNamespace(): { addObject(options: object): unknown; addVariable(options: object): Variable };
  findEventType(name: string): Child | null;
  findNode(nodeId: string): Child | null;
}
interface Variable {
  setValueFromSource(value: unknown, status: unknown, time: Date): void;
}
interface Child {
  readonly browseName: { readonly name: string };
  readonly subtypeOfObj?: Child | null;
  readonly typeDefinitionObj?: Child | null;
  getChildByName(name: string): Child | null;
}

/** A child by its name, of a node or of what its type has of it. */
function childOf(node: Child, name: string): Child | undefined {
  for (let type: Child | null | undefined = node; type != null; type = type.subtypeOfObj) {
    const child = type.getChildByName(name);
    if (child !== null) return child;
  }
  return node.typeDefinitionObj == null ? undefined : childOf(node.typeDefinitionObj, name);
}

/** The process itself. */
class Serving {
  readonly #opcua = createRequire(join(checkout, 'test', 'field', 'package.json'))('node-opcua') as Opcua;
  #server: Server | undefined;
  #variables = new Map<string, Variable>();

  async answer(asked: Asked): Promise<unknown> {
    if ('prepare' in asked) return this.prepare(asked.prepare.port, asked.prepare.tags);
    if ('listen' in asked) return this.#server?.start().then(() => true);
    if ('write' in asked) {
      this.write(asked.write);
      return undefined;
    }
    const { addressSpace } = this.#server!.engine;
    if ('names' in asked) return asked.names.map((id) => addressSpace.findNode(id)?.browseName.name ?? id);
    return asked.fields.filter((path) => {
      let node: Child | undefined = addressSpace.findEventType('AlarmConditionType') ?? undefined;
      for (const name of path.split('/')) node = node && childOf(node, name);
      return node === undefined;
    });
  }

  async prepare(port: number, tags: readonly string[]): Promise<true> {
    const { OPCUAServer, OPCUACertificateManager } = this.#opcua;
    const rootFolder = join(process.cwd(), 'pki');
    const manager = new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true });
    await manager.initialize();
    const server = new OPCUAServer({
      port,
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      serverCertificateManager: manager,
    });
    await server.initialize();
    const { addressSpace } = server.engine;
    const space = addressSpace.getOwnNamespace();
    const folder = space.addObject({ organizedBy: addressSpace.rootFolder.objects, browseName: 'Plant' });
    for (const tag of tags) {
      const options = { browseName: tag, nodeId: `s=${tag}`, dataType: 'Double', minimumSamplingInterval: 0 };
      this.#variables.set(tag, space.addVariable({ componentOf: folder, ...options }));
    }
    this.#server = server;
    return true;
  }

  write(values: readonly Written[]): void {
    const { Variant, DataType, StatusCodes } = this.#opcua;
    for (const { tag, value, time, status = 'Good' } of values) {
      const variant = value === undefined ? { dataType: DataType.Null } : { dataType: DataType.Double, value };
      this.#variables.get(tag)?.setValueFromSource(new Variant(variant), StatusCodes[status], new Date(time));
    }
  }
}

if (require.main === module) {
  const serving = new Serving();
  process.on('message', (asked: Asked) => {
    serving.answer(asked).then(
      (answer) => answer !== undefined && process.send?.(answer),
      (cause: unknown) => process.send?.(String(cause)),
    );
  });
  process.on('disconnect', () => process.exit());
}
