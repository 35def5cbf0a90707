import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

// The rooms of lib, and what each may import. Everything not named is forbidden: data flows one way.
const rooms = {
  plant: ['kernels'],
  stream: ['plant', 'kernels'],
  check: ['plant', 'stream'],
  kernels: [],
  detect: ['plant', 'stream', 'kernels'],
  model: ['plant', 'stream', 'kernels', 'detect', 'platform'],
  train: ['plant', 'stream', 'kernels', 'detect', 'model', 'platform'],
  operator: [],
  alarm: ['plant', 'stream', 'detect', 'operator'],
  snapshot: ['platform'],
  history: ['plant', 'stream', 'detect', 'alarm', 'platform', 'snapshot'],
  journal: ['plant', 'stream', 'detect', 'alarm', 'platform'],
  report: ['plant', 'stream', 'detect', 'alarm', 'journal', 'history', 'platform'],
  kafka: ['plant', 'stream', 'platform'],
  sparkplug: [],
  metrics: [],
  api: ['plant', 'stream', 'detect', 'alarm'],
  modbus: ['plant'],
  settings: ['platform'],
  platform: [],
  cli: [
    'plant',
    'stream',
    'check',
    'kernels',
    'detect',
    'model',
    'train',
    'alarm',
    'journal',
    'history',
    'report',
    'kafka',
    'modbus',
    'sparkplug',
    'platform',
    'snapshot',
    'settings',
    'api',
  ],
};
// Rooms that touch the machine on purpose: adapters for disk, threads and time, and the command line.
const impure = new Set(['platform', 'cli']);
const hostModules =
  '^(node:)?(fs|fs/promises|worker_threads|child_process|net|http|https|os|timers|timers/promises|process|perf_hooks)$';

const forbidden = (room) => Object.keys(rooms).filter((other) => other !== room && !rooms[room].includes(other));

const layered = Object.keys(rooms).map((room) => ({
  files: [`lib/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '(^|/)nodes(/|$)|^node-red', message: 'lib knows nothing of Node-RED.' },
          {
            regex: `^(\\.\\./)+(${forbidden(room).join('|')})/`,
            message: `lib/${room} may import only: ${rooms[room].join(', ') || 'nothing else in lib'}.`,
          },
          ...(impure.has(room)
            ? []
            : [
                {
                  regex: hostModules,
                  message: 'lib is pure: take the file system, the clock and threads as values (lib/platform).',
                },
              ]),
        ],
      },
    ],
    ...(impure.has(room)
      ? {}
      : {
          'no-restricted-globals': [
            'error',
            'process',
            'setTimeout',
            'setInterval',
            'setImmediate',
            'performance',
            'fetch',
          ],
          'no-restricted-properties': [
            'error',
            { object: 'Date', property: 'now', message: 'Time is passed in.' },
            { object: 'Math', property: 'random', message: 'The random source is passed in.' },
          ],
          'no-restricted-syntax': [
            'error',
            { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in.' },
          ],
        }),
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'coverage', '**/node_modules', '.demo', '.work', 'lib/kernels/assembly'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-empty-function': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        __dirname: 'readonly',
        process: 'readonly',
        module: 'writable',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['nodes/editor/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        [
          'window',
          'document',
          'RED',
          '$',
          'URL',
          'Blob',
          'File',
          'XMLHttpRequest',
          'TextEncoder',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'IntersectionObserver',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['nodes/api-page/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        ['document', 'location', 'fetch', 'performance', 'URLSearchParams', 'WebSocket'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    files: ['nodes/dashboard/*.js'],
    languageOptions: {
      sourceType: 'module',
      globals: Object.fromEntries(
        [
          'window',
          'document',
          'navigator',
          'crypto',
          'customElements',
          'localStorage',
          'location',
          'sessionStorage',
          'HTMLElement',
          'CustomEvent',
          'CSSStyleSheet',
          'ResizeObserver',
          'URL',
          'fetch',
          'getComputedStyle',
          'performance',
          'requestAnimationFrame',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'clearTimeout',
          'SWAT_VERSION',
          'SWAT_LANGUAGES',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  ...layered,
  {
    files: ['lib/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.', message: 'The root of lib stands on nothing.' }] },
      ],
    },
  },
);
