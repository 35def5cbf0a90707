// What the checks of the package, of deploy/ and of a release have in common: a line each, and the count at the end.
let passed = 0;
let failed = 0;

/**
 * Prints one promise and whether it is kept.
 * @param what is promised
 * @param problems that were found, in words; none where it is kept
 */
export function check(what, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  process.stdout.write(`  ${problems.length === 0 ? 'ok  ' : 'FAIL'} ${what}\n`);
  for (const problem of problems) process.stdout.write(`       ${String(problem).replaceAll('\n', '\n       ')}\n`);
}

/** Says what could not be looked at on this machine, and why: neither kept nor broken. */
export function leftOut(what, why) {
  process.stdout.write(`  --   not checked: ${what}: ${why}\n`);
}

/** Prints how many were kept, and sets the exit code. */
export function conclude() {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What is in one list and not in the other. */
export function differing(found, wanted) {
  return [...wanted.filter((one) => !found.includes(one)), ...found.filter((one) => !wanted.includes(one))];
}
