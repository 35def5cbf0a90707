import Module from 'node:module';
import vm from 'node:vm';

/**
 * Loaded into a process before anything else: once {@link Watched.arm} was called, notes all that is evaluated or loaded. What makes code of
 * texts (`eval`, `Function`) is switched off in V8 by `--disallow-code-generation-from-strings`, and noted as well.
 */
export interface Watched {
  arm(): void;
  readonly noted: readonly string[];
}

let armed = false;
const noted: string[] = [];
const note = (what: string): void => {
  if (armed) noted.push(what);
};

type Loader = (request: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Loader };
const load = loader._load.bind(Module);
loader._load = (request, ...rest) => {
  note(`load ${request}`);
  return load(request, ...rest);
};
const { _compile: compile } = Module.prototype as unknown as { _compile: (content: string, name: string) => unknown };
Object.assign(Module.prototype, {
  _compile(this: NodeJS.Module, content: string, name: string): unknown {
    note(`compile ${name}`);
    return compile.call(this, content, name);
  },
});
for (const name of [
  'runInThisContext',
  'runInNewContext',
  'runInContext',
  'compileFunction',
  'Script',
  'createContext',
] as const) {
  const real = vm[name] as (...given: unknown[]) => unknown;
  Object.defineProperty(vm, name, {
    value: new Proxy(real, {
      apply: (target, self, given: unknown[]) => (note(`vm ${name}`), Reflect.apply(target, self, given)),
      construct: (target, given: unknown[], made) => (note(`vm ${name}`), Reflect.construct(target, given, made) as object), // prettier-ignore
    }),
  });
}
for (const name of ['eval', 'Function'] as const) {
  const real = globalThis[name] as (...given: unknown[]) => unknown;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    writable: true,
    value: new Proxy(real, {
      apply: (target, self, given: unknown[]) => (note(name), Reflect.apply(target, self, given)),
      construct: (target, given: unknown[], made) => (note(name), Reflect.construct(target, given, made) as object),
    }),
  });
}

const watched: Watched = {
  arm: () => {
    armed = true;
  },
  noted,
};
Object.assign(globalThis, { dataOnlyWatch: watched });
