import { fromScript } from './origin.js';
import { text } from './texts.js';

const NAME = 'swat-operator-name';
const keyOf = (node) => `swat-operator ${node}`;
const listeners = new Set();
/** Nodes at which a proxy was asked already. */
const asked = new Set();

/** Calls back when somebody has signed in or out. */
export function onOperator(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in at a `swat-alert`, in this tab of the browser: `{user, known, until, session}`, or `undefined`. */
export function operatorAt(node) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(node)) ?? 'null');
    return kept !== null && kept.until > Date.now() ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Signs in with name and PIN, or without a PIN by what a proxy says. @returns what is wrong, in words, or nothing */
export async function signIn(node, user, pin) {
  try {
    const answer = await fetch(fromScript('../operator'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ node, ...(pin === undefined ? {} : { user, pin }) }),
    });
    const body = await answer.json();
    if (!answer.ok) return String(body.error);
    sessionStorage.setItem(keyOf(node), JSON.stringify(body));
    if (pin !== undefined) localStorage.setItem(NAME, body.user);
    tell();
    return undefined;
  } catch {
    return text('operator.unreachable');
  }
}

/** Asks once whether a proxy has named a user. */
export function signInByProxy(node) {
  if (asked.has(node) || operatorAt(node) !== undefined) return;
  asked.add(node);
  signIn(node);
}

export function signOut(node) {
  sessionStorage.removeItem(keyOf(node));
  tell();
}

/** The name that was given last in this browser. */
export function lastName() {
  return localStorage.getItem(NAME) ?? '';
}

/** Keeps a name that nobody checks. */
export function keepName(name) {
  localStorage.setItem(NAME, name.slice(0, 64));
  tell();
}

/** For one command, so that it is done once though it be sent again. */
export function newCommandId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tell() {
  for (const listener of listeners) listener();
}
