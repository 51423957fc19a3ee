/** Every profile that docs/journeys.md shows is planned as it stands, with the data that the page shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadProfile } from '../lib/config/profile.ts';
import { loadObjectives } from '../lib/config/slo.ts';
import { writeJourney } from '../lib/init/journey.ts';
import { entryScript } from '../lib/load/entry.ts';
import { knowing, phasesOf } from '../lib/run/phase-plan.ts';
import { checkGates } from '../lib/run/plan.ts';
import { systemChecks } from '../lib/run/telemetry-plan.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-shown-'));
afterAll(() => rmSync(dir, { recursive: true }));

const page = readFileSync(new URL('../docs/journeys.md', import.meta.url), 'utf8');
const files = [...page.matchAll(/`([\w.]+)`:\n\n```\w+\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => ({
  name,
  text,
}));
for (const { name, text } of files) writeFileSync(join(dir, name), text);
const profiles = files.map(({ name }) => name).filter((name) => name.endsWith('.yaml'));

test('the page shows profiles', () => {
  expect(profiles.length).toBeGreaterThan(2);
});

test('the script that it shows is the one that a load runs', () => {
  const script = readFileSync(new URL('extend/visit.k6.ts', import.meta.url), 'utf8');
  expect(files.find(({ name }) => name === 'visit.ts')?.text).toBe(script);
});

test('`init --journey` writes the first of them, with its data', () => {
  const folder = mkdtempSync(join(dir, 'init-'));
  writeJourney('services', folder);
  for (const name of ['services.yaml', 'services.csv'])
    expect(readFileSync(join(folder, name), 'utf8')).toBe(files.find((one) => one.name === name)?.text);
});

test.each(profiles)('%s', async (name) => {
  const profile = loadProfile(join(dir, name));
  await knowing(profile, async () => {
    checkGates(profile, loadObjectives(undefined, profile), systemChecks('documented'));
    expect(phasesOf(profile)[0]?.journeys.map((journey) => journey.name)).toContain(profile.own?.[0]?.descriptor.name);
    await entryScript(phasesOf(profile)[0]?.journeys ?? []);
  });
});
