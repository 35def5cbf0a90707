/** Stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Parts of a key, in lower case without punctuation, that make its value a secret. */
const SECRET_PARTS = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'authorization',
  'cookie',
  'credential',
];
/** How the same names stand in running text, before `=` or `:`. */
const SECRET_WORDS = 'password|passwd|passphrase|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|credentials?|signature|sig'; // prettier-ignore

/** Longer texts are cut before they are looked through. */
const LONGEST_TEXT = 4000;
/** Keys whose answer is remembered: keys come from the product, but names of tags are among them. */
const MOST_KEYS = 5000;

/** A replacer for `JSON.stringify` that leaves no secret in. */
export type Redactor = (key: string, value: unknown) => unknown;

/**
 * Takes secrets out of what is about to be written as JSON: values whose key names a secret (`password`, `apiKey`,
 * `clientSecret` …), and in any text user and password of a URL, bearer and basic credentials, `name=value` with such a name,
 * headers of authorization and cookies, JSON web tokens, private keys, and what makes the address of a known webhook a
 * secret. A secret in plain words, without any of these
 * marks, is not found.
 * @param names further parts of keys that name a secret, at most as many as a person would list
 */
export function createRedactor(names: readonly string[] = []): Redactor {
  const parts = [...SECRET_PARTS, ...names.map(plain).filter((name) => name !== '')];
  const words = [SECRET_WORDS, ...names.filter((name) => plain(name) !== '').map(escaped)].join('|');
  const patterns: readonly (readonly [pattern: RegExp, by: string])[] = [
    [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
    [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, REDACTED],
    [/\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi, `$1$2${REDACTED}`],
    [/\b(bearer|basic)\s+(?!\[)[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
    // A password may hold the marks that end a host; a port is none.
    [/(:\/\/)[^\s"'<>/?#:@]*:(?!\d+(?:[/?#\s]|$))[^\s"'<>]*@/g, `$1${REDACTED}@`],
    [/(:\/\/)[^\s"'<>/?#@]+@/g, `$1${REDACTED}@`],
    // Addresses of webhooks are secrets themselves: what is behind the place that all of them have.
    [/\b(hooks\.slack\.com\/\w+|[\w.-]+\.webhook\.office\.com\/\w+|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org)\/(?!\[)[^\s"'<>)]+/gi, `$1/${REDACTED}`], // prettier-ignore
    [/([?&](?:key|code|auth|sid|session|pass)=)(?!\[)[^&#\s"'<>)]+/gi, `$1${REDACTED}`],
    [/\b(auth\s+(?:plain|login)\s+)(?!\[)[\w+/=-]+/gi, `$1${REDACTED}`],
    [/\b(pass(?:code)?)(\s*=\s*["']?|["']\s*:\s*["'])(?!\[)[^\s,;&"'})\]]+/gi, `$1$2${REDACTED}`],
    [new RegExp(`((?:${words})["']?\\s*[=:]\\s*)(?!\\[)("[^"]*"?|'[^']*'?|[^\\s,;&"'})\\]]+)`, 'gi'), `$1${REDACTED}`],
  ];
  /** Most texts have none of these, and need no closer look. */
  const marks = new RegExp(
    `://|[?&]\\w+=|hooks\\.|webhook|telegram|auth|pass|bearer|basic|eyJ|-----BEGIN|authorization|cookie|${words}`,
    'i',
  );
  const known = new Map<string, boolean>();
  const secret = (key: string): boolean => {
    let answer = known.get(key);
    if (answer === undefined) {
      const name = plain(key);
      answer = parts.some((part) => name.includes(part));
      if (known.size < MOST_KEYS) known.set(key, answer);
    }
    return answer;
  };
  return (key, value) => {
    if (typeof value === 'boolean' || value === null || value === undefined) return value;
    if (key !== '' && secret(key)) return REDACTED;
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'string') return value;
    const text = value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
    if (!marks.test(text)) return text;
    return patterns.reduce((cleaned, [pattern, by]) => cleaned.replace(pattern, by), text);
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
