/**
 * Owns `npm run selftest`: proves every break of the catalogue, or those named, and prints what caught it.
 * `--write-docs` writes docs/breaks.md and proves nothing. Exit code 1 when a break is not caught by just its finding.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BREAKS, breakNamed } from '../../lib/target/breaks.ts';
import { BREAKS_PAGE, breaksPage } from './page.ts';
import { failuresOf, type Proof, proveAll } from './prove.ts';

const args = process.argv.slice(2);
if (args.includes('--write-docs')) {
  writeFileSync(BREAKS_PAGE, breaksPage(BREAKS));
} else {
  process.exitCode = (await selftest(args)) ? 0 : 1;
}

async function selftest(names: readonly string[]): Promise<boolean> {
  const subjects = names.length > 0 ? names.map(breakNamed) : (['control', ...BREAKS] as const);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort(signal));
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-breaks-'));
  const startedMs = performance.now();
  let missed = 0;
  try {
    console.log(row('break', 'expected', 'caught', 'seen'));
    for (const pending of proveAll(subjects, dir, abort.signal).values()) {
      const proof = await pending;
      if (!proof.caught) missed += 1;
      console.log(row(proof.name, proof.expected ?? 'nothing', proof.caught ? 'yes' : 'NO', seen(proof)));
    }
    if (missed === 0) rmSync(dir, { recursive: true });
    else console.log(`\nthe run folders are kept in ${dir}`);
  } finally {
    abort.abort('done');
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(`\n${subjects.length - missed} of ${subjects.length} as expected, in ${seconds} s`);
  return missed === 0;
}

function row(name: string, expected: string, caught: string, findings: string): string {
  return `${name.padEnd(42)} ${expected.padEnd(28)} ${caught.padEnd(6)} ${findings}`;
}

function seen({ tripped, undecided }: Proof): string {
  const texts = tripped.map((finding) => {
    const failures = failuresOf(finding);
    return `${finding.id} ${finding.status}${failures === '' ? '' : ` (${failures})`}`;
  });
  const found = texts.length === 0 ? 'nothing' : texts.join('; ');
  return undecided.length === 0 ? found : `${found}; undecided: ${undecided.map(({ id }) => id).join(', ')}`;
}
