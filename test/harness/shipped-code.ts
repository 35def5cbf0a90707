import ts from 'typescript';

/** A place where code could run, or load, what is not written down in it. */
export interface Computed {
  readonly line: number;
  /** `eval`, `Function`, `vm`, a timer with a text, or `require` and `import` of a computed name. */
  readonly what: string;
  readonly text: string;
}

const LOADERS = new Set(['require', '__require', '__require2']);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const INTERPRETERS = /^(node:)?(vm|repl|inspector|inspector\/promises)$/;

/** All such places of a script, as its syntax has them: comments and texts do not count. */
export function computedCode(script: string): Computed[] {
  const source = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found: Computed[] = [];
  const loaders = new Set(LOADERS);
  const note = (node: ts.Node, what: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push({ line: line + 1, what, text: node.getText(source).slice(0, 120) });
  };
  const isMadeLoader = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isCallExpression(node) && /(^|\.)createRequire\)?$/.test(node.expression.getText(source));
  const call = (node: ts.CallExpression | ts.NewExpression): void => {
    const { expression } = node;
    const name = ts.isIdentifier(expression) ? expression.text : '';
    const [first] = (node.arguments ?? []) as readonly (ts.Expression | undefined)[];
    if (name === 'eval' || name === 'Function') note(node, name);
    else if (TIMERS.has(name) && first !== undefined && ts.isStringLiteralLike(first)) note(node, 'timer');
    else if (expression.kind === ts.SyntaxKind.ImportKeyword || loaders.has(name) || isMadeLoader(expression)) {
      // A scope of its own that takes the loader as a parameter.
      if (first === undefined) return;
      if (!ts.isStringLiteralLike(first)) note(node, 'computed');
      else if (INTERPRETERS.test(first.text)) note(node, 'vm');
    }
  };
  const walk = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isMadeLoader(node.initializer)) loaders.add(node.name.text); // prettier-ignore
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) call(node);
    // `globalThis.eval(…)`, `window.Function`.
    else if (ts.isPropertyAccessExpression(node) && /^(globalThis|window|global|self)$/.test(node.expression.getText(source)) && /^(eval|Function)$/.test(node.name.text)) note(node, node.name.text); // prettier-ignore
    ts.forEachChild(node, walk);
  };
  walk(source);
  return found;
}

/** Places where the package does so on purpose, by file and text: a module that the user has named and installed. */
const KNOWN: readonly (readonly [file: RegExp, text: RegExp])[] = [
  [/^dist\/lib\/platform\/optional-module\.js$/, /^require\(path\)$/],
];

/**
 * What is wrong with the scripts of a package: each place, but those that are known.
 * @param read a file of the package as text
 */
export function problemsOf(files: readonly string[], read: (file: string) => string): string[] {
  return files.flatMap((file) => {
    const scripts = /\.[cm]?js$/.test(file) ? [read(file)] : file.endsWith('.html') ? scriptsOf(read(file)) : [];
    return scripts
      .flatMap(computedCode)
      .filter(({ text }) => !KNOWN.some(([where, known]) => where.test(file) && known.test(text)))
      .map(({ line, what, text }) => `${file}:${line} ${what}: ${text}`);
  });
}

/** The scripts of a page that are written into it. */
function scriptsOf(page: string): string[] {
  return [...page.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].flatMap(([, attributes, script]) =>
    /type=["'](?!text\/javascript|module)/.test(attributes) ? [] : [script],
  );
}
